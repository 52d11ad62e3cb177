package report

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/vicinal-ml/vicinal/study"
)

// tableNotes are the lines below the table: what the numbers are, which specs
// the short names stand for, and what is missing.
func tableNotes(res *study.Results) []string {
	short := shortNames(res)
	seeds := seedList(res.Spec.Seeds)
	notes := []string{fmt.Sprintf("Test error after the last epoch: mean ± standard deviation over %s, n of them finished.", seeds)}
	if len(res.Rows) > 1 {
		line := "Differences are paired by seed, in percentage points, with Student's t interval and two-sided p"
		if n := comparisons(res); n > 1 {
			line += fmt.Sprintf("; the verdict takes p after Holm's correction for %d comparisons, at 0.05.", n)
		} else {
			line += "; the verdict takes p at 0.05."
		}
		notes = append(notes, line)
	}
	for i, row := range res.Rows {
		if plain := strings.ToLower(short[i]); plain != row.Method {
			notes = append(notes, short[i]+" is "+row.Method+".")
		}
	}
	return append(notes, shortfalls(res)...)
}

// shortfalls say what the table lacks: runs not finished, diverged, without a
// partner, and comparisons without a test.
func shortfalls(res *study.Results) []string {
	var lines []string
	if n := res.Count(study.Finished); n < len(res.Runs) {
		if open := res.Count(study.Unfinished) + res.Count(study.Missing); open > 0 {
			lines = append(lines, fmt.Sprintf("The study is not complete: %d of %d runs have finished. What the table shows may change.", n, len(res.Runs)))
		}
	}
	short := shortNames(res)
	for i, row := range res.Rows {
		if len(row.Diverged) > 0 {
			lines = append(lines, fmt.Sprintf("%s diverged with %s and has no result there; its mean is over the others, which may flatter it.", short[i], seedList(row.Diverged)))
		}
		if len(row.Unpaired) > 0 {
			lines = append(lines, fmt.Sprintf("%s and %s: %s finished in one of the two only, and is left out of the difference.", short[i], short[0], seedList(row.Unpaired)))
		}
		if d := row.Difference; d != nil && d.Test == nil {
			lines = append(lines, fmt.Sprintf("%s: %s.", short[i], d.Why))
		}
	}
	return lines
}

// seedList writes seeds shortly: "seed 3", "seeds 1 to 5", "seeds 1, 4, 9".
func seedList(seeds []uint64) string {
	if len(seeds) == 1 {
		return "seed " + strconv.FormatUint(seeds[0], 10)
	}
	sorted := slices.Sorted(slices.Values(seeds))
	if n := len(sorted); n > 2 && sorted[n-1]-sorted[0] == uint64(n-1) {
		return fmt.Sprintf("seeds %d to %d", sorted[0], sorted[n-1])
	}
	parts := make([]string, len(sorted))
	for i, s := range sorted {
		parts[i] = strconv.FormatUint(s, 10)
	}
	return "seeds " + strings.Join(parts, ", ")
}
