package report

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/vicinal-ml/vicinal/measure"
	"github.com/vicinal-ml/vicinal/study"
	"github.com/vicinal-ml/vicinal/train"
)

// Notes are the lines below [MethodTable]: what the numbers are, which specs
// the short names stand for, and what is missing.
func Notes(res *study.Results) []string {
	return append(explanations(res), shortfalls(res, true)...)
}

// explanations say what the numbers and names of the table are.
func explanations(res *study.Results) []string {
	short := shortNames(res)
	notes := []string{fmt.Sprintf("%s after the last epoch: mean ± standard deviation over %s, n of them finished.", capital(res.Compared.Words()), study.SeedsText(res.Seeds()))}
	if len(res.Seeds()) == 1 {
		notes[0] = fmt.Sprintf("%s after the last epoch, with %s.", capital(res.Compared.Words()), study.SeedsText(res.Seeds()))
	}
	if line := lengths(res); line != "" {
		notes = append(notes, line)
	}
	if len(res.Rows) > 1 {
		line := "Differences are paired by seed, " + inUnit(res.Compared) + testWords(res) + "; the verdict takes p "
		if n := comparisons(res); n > 1 {
			line += fmt.Sprintf("after Holm’s correction for %d comparisons, ", n)
		}
		notes = append(notes, line+"at 0.05.")
	}
	if line := onSamples(res); line != "" {
		notes = append(notes, line)
	}
	if line := sequence(res); line != "" {
		notes = append(notes, line)
	}
	notes = append(notes, choices(res)...)
	if p := res.Primary; p != "" && p != res.Compared.Name {
		notes = append(notes, fmt.Sprintf("Compared by the %s because the study says so; where nothing is said the task is compared by another measure, %s.", res.Compared.Words(), p))
	}
	for i, row := range res.Rows {
		if spelled := strings.ReplaceAll(strings.ToLower(short[i]), " ", ":"); spelled != row.Method {
			notes = append(notes, short[i]+" is "+row.Method+".")
		}
	}
	return notes
}

// inUnit is "in percentage points, ".
func inUnit(m measure.Measure) string {
	if unit := differenceUnit(m); unit != "" {
		return "in" + unit + ", "
	}
	return ""
}

// shortfalls say what the table lacks: runs not finished, diverged, without a
// partner or with one that was computed otherwise, comparisons without a test,
// and what the runs do not share; exact also where the exact test disagrees.
func shortfalls(res *study.Results, exact bool) []string {
	var lines []string
	if n := res.Count(study.Finished); n < len(res.Runs) {
		if open := res.Count(study.Unfinished) + res.Count(study.Missing) + res.Count(study.Failed); open > 0 {
			most := ""
			if res.Spec.Stop.On() {
				most = "at most "
			}
			lines = append(lines, fmt.Sprintf("The study is not complete: %d of %s%d runs have finished. What the table shows may change.", n, most, len(res.Runs)))
		}
	}
	short := shortNames(res)
	for _, run := range res.Runs {
		if run.Status == study.Failed {
			lines = append(lines, fmt.Sprintf("%s failed with %s and has no result there: %s.", nameOf(res, short, run.Method), study.SeedsText([]uint64{run.Seed}), strings.TrimSuffix(run.Note, ".")))
		}
	}
	for i, row := range res.Rows {
		if len(row.Diverged) > 0 {
			lines = append(lines, fmt.Sprintf("%s diverged with %s and has no result there; its mean is over the others, which may flatter it.", short[i], study.SeedsText(row.Diverged)))
		}
		if len(row.Unpaired) > 0 {
			lines = append(lines, fmt.Sprintf("%s and %s: %s finished in one of the two only, and is left out of the difference.", short[i], short[0], study.SeedsText(row.Unpaired)))
		}
		if len(row.Unlike) > 0 {
			lines = append(lines, unlikeNote(res, row, short[i], short[0]))
		}
		if d := row.Difference; d != nil && d.Test == nil {
			lines = append(lines, fmt.Sprintf("%s: %s.", short[i], d.Why))
		}
		if d := row.Difference; exact && d != nil && d.Test != nil && d.Test.Disagree() {
			lines = append(lines, short[i]+": "+disagreement(d)+".")
		}
	}
	return append(lines, res.Remarks...)
}

// nameOf is the short name of a method.
func nameOf(res *study.Results, short []string, method string) string {
	at := slices.IndexFunc(res.Rows, func(r study.Row) bool { return r.Method == method })
	if at < 0 {
		return method
	}
	return short[at]
}

// unlikeNote says what computed the two sides of a row's first unlike pair.
func unlikeNote(res *study.Results, row study.Row, name, base string) string {
	find := func(method string) *train.Origin {
		at := slices.IndexFunc(res.Runs, func(r study.RunRecord) bool { return r.Method == method && r.Seed == row.Unlike[0] })
		if at < 0 {
			return nil
		}
		return res.Runs[at].Origin
	}
	line := fmt.Sprintf("* %s and %s were not computed alike with %s", name, base, study.SeedsText(row.Unlike))
	if own, other := find(row.Method), find(res.Rows[0].Method); own != nil && other != nil {
		one, two := own.Versions.Difference(other.Versions)
		line += fmt.Sprintf(" (%s; %s)", one, two)
	}
	return line + ": their difference holds that of the rounding too."
}

// disagreement says that the exact test does not agree with Student's.
func disagreement(d *study.Paired) string {
	text := fmt.Sprintf("Student’s t test gives %s, the exact sign-flip test, which takes no normal distribution for granted, %s", pIs(d.Test.P), pIs(*d.Test.Exact))
	if least := 2 / float64(int(1)<<d.N); least > 1-study.Level {
		text += fmt.Sprintf(" (%d pairs allow nothing below %s: more seeds would tell)", d.N, pValue(least))
	}
	return text
}

// seedNumbers lists seeds in their order.
func seedNumbers(seeds []uint64) string {
	parts := make([]string, len(seeds))
	for i, s := range seeds {
		parts[i] = strconv.FormatUint(s, 10)
	}
	return strings.Join(parts, ", ")
}
