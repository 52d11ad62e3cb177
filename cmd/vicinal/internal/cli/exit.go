package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"
)

// The exit codes of every command.
const (
	ExitDone        = 0
	ExitFailed      = 1
	ExitUsage       = 2
	ExitDiverged    = 3
	ExitInterrupted = 130
)

// UsageError says that the command line or the spec file asks for something that cannot be meant.
type UsageError struct{ err error }

func (e *UsageError) Error() string { return e.err.Error() }
func (e *UsageError) Unwrap() error { return e.err }

// usagef makes a [UsageError].
func usagef(format string, args ...any) error {
	return &UsageError{fmt.Errorf(format, args...)}
}

// asUsage marks err, if there is one, as a [UsageError].
func asUsage(err error) error {
	if err == nil {
		return nil
	}
	return &UsageError{err}
}

// DivergedError says that a loss became NaN or infinite.
type DivergedError struct{ err error }

func (e *DivergedError) Error() string { return e.err.Error() }
func (e *DivergedError) Unwrap() error { return e.err }

// InterruptedError says that a signal ended the work before its end.
type InterruptedError struct{ err error }

func (e *InterruptedError) Error() string { return e.err.Error() }
func (e *InterruptedError) Unwrap() error { return e.err }

// ExitCode is the exit code that an error of a command stands for.
func ExitCode(err error) int {
	var usage *UsageError
	var diverged *DivergedError
	var interrupted *InterruptedError
	switch {
	case err == nil:
		return ExitDone
	case errors.As(err, &interrupted), errors.Is(err, context.Canceled):
		return ExitInterrupted
	case errors.As(err, &diverged):
		return ExitDiverged
	case errors.As(err, &usage):
		return ExitUsage
	default:
		return ExitFailed
	}
}

// maxErrorLine bounds the letters of an error, which may repeat what a file holds.
const maxErrorLine = 4000

// errorLine is the one line on standard error that tells of err.
func errorLine(err error) string {
	fields := strings.FieldsFunc(err.Error(), func(r rune) bool { return r == '\n' || r == '\r' })
	for i, f := range fields {
		fields[i] = strings.TrimSpace(f)
	}
	line := strings.Join(fields, "; ")
	if short := fmt.Sprintf("%.*s", maxErrorLine, line); len(short) < len(line) {
		line = short + "…"
	}
	return "vicinal: " + line
}
