package report

import (
	"fmt"
	"strings"

	"github.com/vicinal-ml/vicinal/internal/humanize"
	"github.com/vicinal-ml/vicinal/measure"
	"github.com/vicinal-ml/vicinal/study"
)

// lengthOf says how long the runs of a study train.
func lengthOf(s study.Spec) string {
	if s.StopAfter > 0 {
		return "at most " + humanize.Count(s.Epochs, "epoch")
	}
	return humanize.Count(s.Epochs, "epoch")
}

// validation names what early stopping and the best epoch look at.
func validation(res *study.Results) string {
	for _, m := range res.Measures {
		if m.Part == measure.Validation && m.Name == res.Primary {
			return m.Words()
		}
	}
	return "validation error"
}

// lengths says how long the finished runs of each method were trained where
// that differs from run to run, "" where it cannot.
func lengths(res *study.Results) string {
	if res.Spec.StopAfter == 0 || res.Count(study.Finished) == 0 {
		return ""
	}
	short := shortNames(res)
	var parts []string
	least, most := 0, 0
	for i, row := range res.Rows {
		low, high, sum, n := 0, 0, 0, 0
		for _, run := range res.Runs {
			if run.Method != row.Method || run.Status != study.Finished {
				continue
			}
			if n == 0 {
				low, high = run.Epochs, run.Epochs
			}
			low, high, sum, n = min(low, run.Epochs), max(high, run.Epochs), sum+run.Epochs, n+1
		}
		switch {
		case n == 0:
			continue
		case low == high:
			parts = append(parts, fmt.Sprintf("%s for %s", short[i], humanize.Count(low, "epoch")))
		default:
			parts = append(parts, fmt.Sprintf("%s for %d to %s (mean %s)", short[i], low, humanize.Count(high, "epoch"), number(float64(sum)/float64(n), 1)))
		}
		if len(parts) == 1 {
			least, most = low, high
		}
		least, most = min(least, low), max(most, high)
	}
	text := fmt.Sprintf("Each run was trained until %s brought no better %s, for %s: %s.",
		humanize.Count(res.Spec.StopAfter, "evaluation"), validation(res), lengthOf(res.Spec), strings.Join(parts, ", "))
	if least < most {
		text += " The lengths differ, and the " + res.Compared.Words() + " is that of each run’s last epoch: they are part of what is compared."
	}
	return text
}
