package cli

import (
	"errors"
	"os/exec"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// exits runs a command and wants an exit code: exit CODE PROGRAM ARGUMENTS. With a code other than 0
// the last line on standard error must be the program's error line.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exit CODE PROGRAM ARGUMENTS")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	err = ts.Exec(args[1], args[2:]...)
	var exit *exec.ExitError
	switch got := 0; {
	case err != nil && !errors.As(err, &exit):
		ts.Fatalf("%v", err)
	default:
		if exit != nil {
			got = exit.ExitCode()
		}
		if got != want {
			ts.Fatalf("exit code %d, want %d", got, want)
		}
	}
	if want == 0 {
		return
	}
	if text := strings.TrimSuffix(ts.ReadFile("stderr"), "\n"); !strings.HasPrefix(lastLine(text), "vicinal: ") {
		ts.Fatalf("the last line of standard error is no error line of vicinal: %q", lastLine(text))
	}
}

func lastLine(text string) string { return text[strings.LastIndexByte(text, '\n')+1:] }

// lines wants a number of lines in a file: lines N FILE.
func lines(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: lines N FILE")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	text := ts.ReadFile(args[1])
	if got := strings.Count(text, "\n"); got != want {
		ts.Fatalf("%s has %d lines, want %d:\n%s", args[1], got, want, text)
	}
}
