package report

import (
	"bytes"
	"encoding/csv"
	"strconv"

	"github.com/vicinal-ml/vicinal/study"
)

// tableCSV is the table with all digits: one line a method.
func tableCSV(res *study.Results) []byte { return encodeCSV(tableLines(res)) }

func tableLines(res *study.Results) [][]string {
	head := []string{"method", "n", "mean_" + res.Compared.Column(), "sd", "pairs", differenceColumn(res), "interval_low", "interval_high", "p", "p_holm", "verdict", "diverged", "not_finished", "unlike_pairs"}
	for _, m := range res.Shown() {
		head = append(head, "mean_"+m.Column(), "sd_"+m.Column())
	}
	lines := [][]string{head}
	for i, row := range res.Rows {
		line := []string{row.Method, strconv.Itoa(row.Summary.N), "", "", "", "", "", "", "", "", string(row.Verdict(i == 0)),
			strconv.Itoa(len(row.Diverged)), strconv.Itoa(len(row.Unfinished)), strconv.Itoa(len(row.Unlike))}
		if row.Summary.N > 0 {
			line[2] = digits(row.Summary.Mean)
		}
		if row.Summary.SD != nil {
			line[3] = digits(*row.Summary.SD)
		}
		if d := row.Difference; d != nil {
			line[4], line[5] = strconv.Itoa(d.N), digits(d.Mean)
			if t := d.Test; t != nil {
				line[6], line[7], line[8], line[9] = digits(t.Low), digits(t.High), digits(t.P), digits(t.Holm)
			}
		}
		for _, m := range res.Shown() {
			mean, sd := "", ""
			if s := res.Summarize(row.Method, m); s.N > 0 {
				mean = digits(s.Mean)
				if s.SD != nil {
					sd = digits(*s.SD)
				}
			}
			line = append(line, mean, sd)
		}
		lines = append(lines, line)
	}
	return lines
}

// differencesCSV holds the difference to the base of every method and seed.
func differencesCSV(res *study.Results) []byte {
	lines := [][]string{{"method", "seed", differenceColumn(res)}}
	for _, row := range res.Rows {
		for _, pair := range row.Pairs {
			lines = append(lines, []string{row.Method, strconv.FormatUint(pair.Seed, 10), digits(pair.Value)})
		}
	}
	return encodeCSV(lines)
}

// differenceColumn heads the differences of the compared measure.
func differenceColumn(res *study.Results) string {
	if res.Compared.Unit == "%" {
		return "difference_points"
	}
	return "difference"
}

// digits writes a float so that it reads back as the same float.
func digits(x float64) string { return strconv.FormatFloat(x, 'g', -1, 64) }

func encodeCSV(lines [][]string) []byte {
	var text bytes.Buffer
	csv.NewWriter(&text).WriteAll(lines) // into memory: cannot fail
	return text.Bytes()
}
