package cli

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/vicinal-ml/vicinal/measure"
	"github.com/vicinal-ml/vicinal/study"
)

// comparedResults hold a lower, a higher and an equal row, and one measure more.
func comparedResults(t *testing.T, better measure.Better) *study.Results {
	t.Helper()
	errors := measure.Measure{Name: "error", Title: "%s error", Unit: "%", Better: better, Part: measure.Test}
	loss := measure.Measure{Name: "loss", Title: "%s loss", Unit: "nats", Better: measure.Lower, Part: measure.Test}
	res := &study.Results{Compared: errors, Measures: []measure.Measure{errors, loss}, Spec: study.DefaultSpec()}
	res.Spec.Seeds = []uint64{1, 2, 3, 4}
	base := []float64{10, 11, 12, 13}
	for _, c := range []struct {
		method  string
		differs []float64
	}{{"erm", nil}, {"mixup:0.2", []float64{-2, -2.1, -1.9, -2}}, {"mixup:1", []float64{3, 3.1, 2.9, 3}}, {"mixup:2", []float64{-1, 1, -2, 2.5}}} {
		row, values := study.Row{Method: c.method}, append([]float64(nil), base...)
		for i, d := range c.differs {
			values[i] += d
		}
		row.Summary = study.Summarize(values)
		if c.differs != nil {
			paired, err := study.Compare(base, values)
			if err != nil {
				t.Fatal(err)
			}
			paired.Test.Holm = paired.Test.P
			row.Difference = &paired
		}
		res.Rows = append(res.Rows, row)
		res.Runs = append(res.Runs, study.RunRecord{Method: c.method, Seed: 1, Status: study.Finished, Values: measure.Values{{Key: "test_loss", Value: 0.5}}})
	}
	return res
}

// The table fits the terminal where it can: in shorter words, and what else was measured turned.
func TestPrintResults(t *testing.T) {
	for _, c := range []struct {
		name     string
		terminal bool
		width    int
		wants    []string
	}{
		{"no terminal", false, 60, []string{"difference to ERM", "no difference shown", "\nmethod     test loss, nats\n"}},
		{"wide", true, 140, []string{"difference to ERM", "no difference shown", "\nmethod     test loss, nats\n"}},
		{"narrow", true, 85, []string{"  vs ERM  ", "  p (Holm)  verdict\n", "not shown\n", "\nmethod     test loss, nats\n"}},
		{"tiny", true, 20, []string{"  vs ERM  ", "\nmeasure"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			io, out, _ := TestIO()
			io.outTerminal, io.width = c.terminal, func() int { return c.width }
			if err := printResults(io, "report/index.html", comparedResults(t, measure.Lower), true); err != nil {
				t.Fatal(err)
			}
			text := out.String()
			for _, want := range append(c.wants, "\n\nTest error after the", "\n\nreport: report/index.html\n") {
				if !strings.Contains(text, want) {
					t.Errorf("no %q in\n%s", want, text)
				}
			}
			for line := range strings.Lines(text) {
				if c.width == 85 && utf8.RuneCountInString(line) > 1+c.width {
					t.Errorf("wider than the terminal: %q", line)
				}
			}
		})
	}
}

// What is better is green, what is worse is yellow, whichever way the measure goes.
func TestVerdictColours(t *testing.T) {
	for _, c := range []struct {
		better        measure.Better
		lower, higher string
	}{{measure.Lower, "32", "33"}, {measure.Higher, "33", "32"}} {
		io, out, _ := TestIO()
		io.color, io.Out = true, &cleaner{w: out, colour: true}
		if err := printResults(io, "", comparedResults(t, c.better), false); err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{
			"\x1b[1mmethod\x1b[0m  ", "\x1b[" + c.lower + "mlower\x1b[0m\n", "\x1b[" + c.higher + "mhigher\x1b[0m\n", "  no difference shown\n",
		} {
			if !strings.Contains(out.String(), want) {
				t.Errorf("better %s: no %q in\n%q", c.better, want, out)
			}
		}
	}
}
