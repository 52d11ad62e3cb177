package cli

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/vicinal-ml/vicinal/study"
	"github.com/vicinal-ml/vicinal/train"
)

// Where runs failed and others diverged, the exit code is that of a failure: the same command has more to do.
func TestTrainingErrorOfSeveral(t *testing.T) {
	diverged := fmt.Errorf("with lr=1: %w", train.ErrDiverged)
	failed := &study.FailedError{Failed: 1, Of: 4, First: study.RunRecord{Method: "erm", Seed: 1}, Err: train.ErrDamaged}
	for _, c := range []struct {
		err    error
		code   int
		advice bool
	}{
		{diverged, ExitDiverged, false},
		{failed, ExitFailed, true},
		{errors.Join(diverged, failed), ExitFailed, true},
	} {
		err := trainingError(c.err, "out")
		if code := ExitCode(err); code != c.code || strings.Contains(err.Error(), "--use-previous") != c.advice {
			t.Errorf("%v: exit code %d, want %d", err, code, c.code)
		}
	}
}
