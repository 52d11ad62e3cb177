package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/vicinal-ml/vicinal/train"
)

func TestExitCode(t *testing.T) {
	for _, c := range []struct {
		err  error
		want int
	}{
		{nil, ExitDone},
		{errors.New("x"), ExitFailed},
		{usagef("x"), ExitUsage},
		{fmt.Errorf("while: %w", usagef("x")), ExitUsage},
		{asUsage(nil), ExitDone},
		{context.Canceled, ExitInterrupted},
		{trainingError(nil, ""), ExitDone},
		{trainingError(fmt.Errorf("x: %w", train.ErrInterrupted), "d"), ExitInterrupted},
		{trainingError(fmt.Errorf("x: %w", train.ErrDiverged), "d"), ExitDiverged},
		{trainingError(train.ErrOtherRun, "d"), ExitFailed},
		{trainingError(train.ErrBusy, "d"), ExitFailed},
		{trainingError(fmt.Errorf("reading: %w", context.Canceled), "d"), ExitInterrupted},
	} {
		if got := ExitCode(c.err); got != c.want {
			t.Errorf("ExitCode(%v) = %d, want %d", c.err, got, c.want)
		}
	}
}

func TestErrorLineIsOneLine(t *testing.T) {
	if got, want := errorLine(errors.New("one\n\ttwo\r\n\nthree\n")), "vicinal: one; two; three"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	long := strings.Repeat("ä", maxErrorLine)
	if got := errorLine(errors.New(long)); got != "vicinal: "+long {
		t.Errorf("%d bytes of an error of %d are left out", len(long)-len(got), len(long))
	}
	if got := errorLine(errors.New(long + "ä")); got != "vicinal: "+long+"…" {
		t.Errorf("%d bytes of a line", len(got))
	}
}
