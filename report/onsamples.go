package report

import (
	"fmt"
	"strings"

	"github.com/vicinal-ml/vicinal/internal/humanize"
	"github.com/vicinal-ml/vicinal/study"
)

// onSamples gives the intervals that would hold on other test samples too, and
// says which question they and those of the table answer; "" where there are none.
func onSamples(res *study.Results) string {
	short, places := shortNames(res), decimals(res)
	var parts []string
	samples := 0
	for i, row := range res.Rows {
		if t := row.OnSamples; t != nil {
			samples = t.Samples
			parts = append(parts, fmt.Sprintf("%s %s to %s", short[i], signed(t.Low, places), signed(t.High, places)))
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return fmt.Sprintf("The intervals of the table would hold with other seeds, on these test samples. Those that would hold with other seeds and on other test samples too: %s (two-level bootstrap, %s drawn anew 1,000 times).",
		strings.Join(parts, ", "), humanize.Count(samples, "sample"))
}
