package study

import (
	"fmt"

	"github.com/vicinal-ml/vicinal/internal/humanize"
)

// FailedError says that runs of a study failed, with an error of their own each.
// The other runs went on to their end.
type FailedError struct {
	Failed   int       // runs that failed
	Diverged int       // runs that diverged
	Of       int       // runs that were asked for
	First    RunRecord // the first that failed
	Err      error     // and what with
}

func (e *FailedError) Error() string {
	text := fmt.Sprintf("%s with seed %d: %v", e.First.Method, e.First.Seed, e.Err)
	if e.Failed > 1 {
		text = fmt.Sprintf("%d of %d runs failed, the first %s", e.Failed, e.Of, text)
	}
	if e.Diverged > 0 {
		text += fmt.Sprintf("; beside that, %s diverged", humanize.Count(e.Diverged, "run"))
	}
	return text
}

// Unwrap returns what the first run failed with.
func (e *FailedError) Unwrap() error { return e.Err }
