package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/vicinal-ml/vicinal/measure"
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
		lines = append(lines, sentence(res, row, short[i+1], short[0]))
	}
	limits := fmt.Sprintf("All this is about this network and these settings, on this data and split, trained for %s.", lengthOf(res.Spec))
	if slices.ContainsFunc(res.Rows[1:], func(r study.Row) bool { return r.Verdict(false) == study.NotShown }) {
		limits = "Where no difference was shown the methods need not be equal: any difference within the interval agrees with these runs. " + limits
	}
	if res.Compared.Better == measure.Higher {
		limits = fmt.Sprintf("A higher %s is better. ", res.Compared.Words()) + limits
	}
	return append(lines, limits)
}

// sentence is the conclusion of one comparison.
func sentence(res *study.Results, row study.Row, name, base string) string {
	d, holm, places, unit := row.Difference, corrected(res), decimals(res), differenceUnit(res.Compared)
	switch verdict := row.Verdict(false); verdict {
	case study.Lower, study.Higher:
		return fmt.Sprintf("%s had a %s %s than %s: by %s%s on average (95 %% interval %s, %s, %d seeds).",
			name, verdict, res.Compared.Words(), base, number(abs(d.Mean), places), unit, sizes(d.Test, places), pInWords(d.Test, holm), d.N)
	case study.NotShown:
		return fmt.Sprintf("No difference between %s and %s was shown: the mean difference is %s%s (95 %% interval %s to %s, %s, %d seeds).",
			name, base, signed(d.Mean, places), unit, signed(d.Test.Low, places), signed(d.Test.High, places), pInWords(d.Test, holm), d.N)
	case study.CannotTell:
		return fmt.Sprintf("%s and %s cannot be told apart by these runs: %s. The difference measured is %s%s.",
			name, base, strings.TrimSuffix(d.Why, "."), signed(d.Mean, places), unit)
	}
	return fmt.Sprintf("%s and %s were not compared: no seed has finished with both.", name, base)
}

// sizes is the interval of how large a difference is that was found. That of a
// sequential study may hold zero again after the look that found it.
func sizes(t *study.TTest, places int) string {
	if t.Low < 0 && t.High > 0 {
		return signed(t.Low, places) + " to " + signed(t.High, places)
	}
	return number(min(abs(t.Low), abs(t.High)), places) + " to " + number(max(abs(t.Low), abs(t.High)), places)
}

// differenceUnit follows a difference of values of a measure.
func differenceUnit(m measure.Measure) string {
	switch m.Unit {
	case "%":
		return " percentage points"
	case "":
		return ""
	}
	return " " + m.Unit
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
