package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/vicinal-ml/vicinal/study"
)

// Conclusion says in plain sentences what a study shows, one a comparison, and
// how far that goes. It claims no more than the tests do: not showing a
// difference is not showing that there is none.
func Conclusion(res *study.Results) []string {
	short := shortNames(res)
	if len(res.Rows) < 2 {
		return []string{fmt.Sprintf("One method was trained, %s: there is nothing to compare it with.", short[0])}
	}
	var lines []string
	for i, row := range res.Rows[1:] {
		lines = append(lines, sentence(row, short[i+1], short[0], corrected(res)))
	}
	limits := fmt.Sprintf("All this is about this network and these settings, on this data and split, trained for %s.", lengthOf(res.Spec))
	if slices.ContainsFunc(res.Rows[1:], func(r study.Row) bool { return r.Verdict(false) == study.NotShown }) {
		limits = "Where no difference was shown the methods need not be equal: any difference within the interval agrees with these runs. " + limits
	}
	return append(lines, limits)
}

// sentence is the conclusion of one comparison.
func sentence(row study.Row, name, base string, holm bool) string {
	d := row.Difference
	switch verdict := row.Verdict(false); verdict {
	case study.Lower, study.Higher:
		return fmt.Sprintf("%s had a %s test error than %s: by %s percentage points on average (95 %% interval %s to %s, %s, %d seeds).",
			name, verdict, base, number(abs(d.Mean), 2), number(min(abs(d.Test.Low), abs(d.Test.High)), 2), number(max(abs(d.Test.Low), abs(d.Test.High)), 2), pInWords(d.Test, holm), d.N)
	case study.NotShown:
		return fmt.Sprintf("No difference between %s and %s was shown: the mean difference is %s percentage points (95 %% interval %s to %s, %s, %d seeds).",
			name, base, signed(d.Mean, 2), signed(d.Test.Low, 2), signed(d.Test.High, 2), pInWords(d.Test, holm), d.N)
	case study.CannotTell:
		return fmt.Sprintf("%s and %s cannot be told apart by these runs: %s. The difference measured is %s percentage points.",
			name, base, strings.TrimSuffix(d.Why, "."), signed(d.Mean, 2))
	}
	return fmt.Sprintf("%s and %s were not compared: no seed has finished with both.", name, base)
}

// pInWords is "p = 0.012", after Holm’s correction where that matters.
func pInWords(t *study.TTest, holm bool) string {
	p, correction := t.P, ""
	if holm {
		p, correction = t.Holm, " after Holm’s correction"
	}
	return pIs(p) + correction
}

// pIs is "p = 0.012" or "p < 0.0001".
func pIs(p float64) string {
	text := pValue(p)
	if strings.HasPrefix(text, "<") {
		return "p " + text
	}
	return "p = " + text
}

func abs(x float64) float64 { return max(x, -x) }
