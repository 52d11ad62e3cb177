package report

import (
	"fmt"
	"strings"

	"github.com/vicinal-ml/vicinal/study"
)

// choices say how methods were picked of families before the comparison.
func choices(res *study.Results) []string {
	var lines []string
	for _, c := range res.Chosen {
		var members []string
		for _, m := range c.Members {
			text := "not finished"
			if m.Summary.N > 0 {
				text = spread(c.Measure, m.Summary)
			}
			members = append(members, m.Method+" "+text)
		}
		lines = append(lines, fmt.Sprintf("%s was picked of %s by the %s, with %d seeds of their own that the comparison does not have (%s); the test part had no say.",
			c.Picked, c.Family, c.Measure.Words(), len(c.Seeds), strings.Join(members, "; ")))
	}
	return lines
}
