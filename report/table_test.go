package report

import (
	"strings"
	"testing"

	"github.com/vicinal-ml/vicinal/study"
	"github.com/vicinal-ml/vicinal/train"
)

// someResults hold rows of every verdict.
func someResults(t *testing.T) *study.Results {
	t.Helper()
	res := &study.Results{Compared: testError, Spec: study.DefaultSpec(), Rows: someRows(t)}
	res.Spec.Seeds = []uint64{1, 2, 3, 4}
	return res
}

func print(res *study.Results) string {
	return MethodTable(res).String() + "\n" + strings.Join(Notes(res), "\n") + "\n"
}

// wantPlain holds means, standard deviations, intervals and p by SciPy 1.17.1:
//
//	python3 -c "from scipy.stats import ttest_rel; import numpy as np; base = np.array([10, 11, 12, 13.])
//	for d in ([-2, -2.1, -1.9, -2], [3, 3.1, 2.9, 3], [-1, 1, -2, 2.5]):
//	    r = ttest_rel(base + d, base); print(np.mean(base + d), np.std(base + d, ddof=1), np.mean(d), r.confidence_interval(), r.pvalue)"
const wantPlain = `method         test error, %  n  difference to ERM   95 % interval         p  p (Holm)  verdict
ERM             11.50 ± 1.29  4                                                         base
SamplePairing    9.50 ± 1.32  4              −2.00  −2.13 to −1.87  < 0.0001  < 0.0001  lower
mixup 0.2       14.50 ± 1.27  4              +3.00  +2.87 to +3.13  < 0.0001  < 0.0001  higher
mixup 1         11.62 ± 2.87  4              +0.12  −3.08 to +3.33      0.91      1.00  no difference shown
mixup 2         12.50 ± 1.29  4              +1.00            none         –         –  cannot tell
mixup 4                    –  0                                                         not compared

Test error after the last epoch: mean ± standard deviation over seeds 1 to 4, n of them finished.
Differences are paired by seed, in percentage points, with Student’s t interval and two-sided p; the verdict takes p after Holm’s correction for 5 comparisons, at 0.05.
SamplePairing is samplepairing:always.
SamplePairing: Student’s t test gives p < 0.0001, the exact sign-flip test, which takes no normal distribution for granted, p = 0.12 (4 pairs allow nothing below 0.12: more seeds would tell).
mixup 0.2: Student’s t test gives p < 0.0001, the exact sign-flip test, which takes no normal distribution for granted, p = 0.12 (4 pairs allow nothing below 0.12: more seeds would tell).
mixup 2: all 4 differences are equal, so they show no spread to make an interval from.
`

func TestTable(t *testing.T) {
	res := someResults(t)
	if got := print(res); got != wantPlain {
		t.Errorf("got\n%s\nwant\n%s", got, wantPlain)
	}
	markdown := Markdown(res)
	for _, want := range []string{
		"| method        | test error, % |   n | difference to ERM |  95 % interval |        p | p (Holm) | verdict             |\n| ------------- | ------------: |",
		"| mixup 0.2     |  14.50 ± 1.27 |   4 |             +3.00 | +2.87 to +3.13 | < 0.0001 | < 0.0001 | higher              |\n",
		"\n- SamplePairing is samplepairing:always.\n",
	} {
		if !strings.Contains(markdown, want) {
			t.Errorf("no %q in\n%s", want, markdown)
		}
	}
	if again := Markdown(res); again != markdown {
		t.Error("the table differs when it is written again")
	}
}

// A row whose pairs were not computed alike says so, and with what.
func TestTableUnlike(t *testing.T) {
	res := someResults(t)
	res.Rows[2].Unlike = []uint64{2, 3}
	for _, run := range []struct{ method, backend string }{{"erm", "go"}, {"mixup:0.2", "onednn:deterministic (oneDNN 3)"}} {
		res.Runs = append(res.Runs, study.RunRecord{Method: run.method, Seed: 2, Status: study.Finished, Origin: &train.Origin{Versions: train.Versions{Backend: run.backend, Go: "go1.27"}}})
	}
	res.Remarks = []string{"Remarks are told."}
	got := print(res)
	for _, want := range []string{
		" higher *\n",
		"\n* mixup 0.2 and ERM were not computed alike with seeds 2, 3 (backend onednn:deterministic (oneDNN 3); backend go): their difference holds that of the rounding too.\n",
		"\nRemarks are told.\n",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
	if strings.Count(got, "*") != 2 {
		t.Errorf("another row has the mark:\n%s", got)
	}
	if csv := string(tableCSV(res)); !strings.Contains(csv, ",higher,0,0,2\n") || !strings.Contains(csv, ",lower,0,0,0\n") {
		t.Errorf("table.csv:\n%s", csv)
	}
}

// One comparison needs no correction, one method no comparison.
func TestTableOfFew(t *testing.T) {
	res := someResults(t)
	res.Rows = res.Rows[:2]
	res.Rows[1].Difference.Test.Holm = res.Rows[1].Difference.Test.P
	if got := print(res); strings.Contains(got, "Holm") || !strings.Contains(got, "the verdict takes p at 0.05.") {
		t.Errorf("one comparison:\n%s", got)
	}
	res.Rows = res.Rows[:1]
	if got := print(res); strings.Contains(got, "Differences") {
		t.Errorf("one method:\n%s", got)
	}
}

// What a table lacks is said.
func TestShortfalls(t *testing.T) {
	paired, err := study.Compare([]float64{10}, []float64{9})
	if err != nil {
		t.Fatal(err)
	}
	res := &study.Results{Compared: testError, Spec: study.DefaultSpec()}
	res.Rows = []study.Row{
		{Method: "erm", Summary: study.Summarize([]float64{10, 12}), Unfinished: []uint64{3}},
		{Method: "mixup:1", Summary: study.Summarize([]float64{9}), Difference: &paired, Unpaired: []uint64{2}, Diverged: []uint64{2}, Unfinished: []uint64{3}},
	}
	for _, status := range []study.Status{study.Finished, study.Finished, study.Missing, study.Finished, study.Diverged, study.Unfinished} {
		res.Runs = append(res.Runs, study.RunRecord{Status: status})
	}
	got := strings.Join(shortfalls(res, true), "\n")
	for _, want := range []string{
		"not complete: 3 of 6 runs have finished",
		"mixup 1 diverged with seed 2",
		"mixup 1 and ERM: seed 2 finished in one of the two only",
		"mixup 1: one pair of seeds has no interval.",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
}

// The words claim what the tests show, and no more.
func TestConclusion(t *testing.T) {
	res := someResults(t)
	got := Conclusion(res)
	want := []string{
		"SamplePairing had a lower test error than ERM: by 2.00 percentage points on average (95 % interval 1.87 to 2.13, p < 0.0001 after Holm’s correction, 4 seeds).",
		"mixup 0.2 had a higher test error than ERM: by 3.00 percentage points on average (95 % interval 2.87 to 3.13, p < 0.0001 after Holm’s correction, 4 seeds).",
		"No difference between mixup 1 and ERM was shown: the mean difference is +0.12 percentage points (95 % interval −3.08 to +3.33, p = 1.00 after Holm’s correction, 4 seeds).",
		"mixup 2 and ERM cannot be told apart by these runs: all 4 differences are equal, so they show no spread to make an interval from. The difference measured is +1.00 percentage points.",
		"mixup 4 and ERM were not compared: no seed has finished with both.",
	}
	if len(got) != len(want)+1 {
		t.Fatalf("%d sentences, want %d:\n%s", len(got), len(want)+1, strings.Join(got, "\n"))
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("got  %s\nwant %s", got[i], want[i])
		}
	}
	if last := got[len(got)-1]; !strings.Contains(last, "need not be equal") || !strings.Contains(last, "this network and these settings") {
		t.Errorf("the limits are not said: %s", last)
	}

	// Alone p is below 0.05, in its family it is not: nothing is claimed.
	res.Rows = res.Rows[:2]
	res.Rows[1].Difference.Test.P, res.Rows[1].Difference.Test.Holm = 0.03, 0.06
	if first := Conclusion(res)[0]; !strings.HasPrefix(first, "No difference") {
		t.Errorf("p = 0.03, corrected 0.06: %s", first)
	}
	res.Rows = res.Rows[:1]
	if got := Conclusion(res); len(got) != 1 || !strings.Contains(got[0], "nothing to compare") {
		t.Errorf("one method: %q", got)
	}
}

func TestNames(t *testing.T) {
	for _, c := range []struct{ methods, want string }{
		{"erm samplepairing:always mixup:0.2", "ERM|SamplePairing|mixup 0.2"},
		{"mixup:0.2 mixup:1,per=sample", "mixup 0.2|mixup 1"},
		{"mixup:1 mixup:1,per=sample", "mixup 1|mixup 1, per=sample"},
		{"mixup:2 mixup:2,at=hidden,p=0.5 mixup:2,partners=similar,bandwidth=1 noise:0.1", "mixup 2|mixup 2, at=hidden|mixup 2, partners=similar|noise 0.1"},
		{"mixup:2,partners=nearest,k=3 mixup:2,partners=nearest,k=5 oneof:mixup:1;at=hidden/erm,p=0.5", "mixup 2, partners=nearest, k=3|mixup 2, partners=nearest, k=5|oneof"},
		{"samplepairing:always samplepairing:warmup=1,on=2", "SamplePairing always|SamplePairing warmup=1, on=2"},
	} {
		if got := strings.Join(names(strings.Fields(c.methods)), "|"); got != c.want {
			t.Errorf("%s: %s, want %s", c.methods, got, c.want)
		}
	}
}

func TestFormats(t *testing.T) {
	for got, want := range map[string]string{
		pValue(0): "< 0.0001", pValue(0.00012): "0.00012", pValue(0.0034): "0.0034", pValue(0.04999): "0.050", pValue(0.5): "0.50", pValue(1): "1.00",
		number(-0.001, 2): "0.00", number(-1.5, 1): "−1.5", signed(0.001, 2): "0.00", signed(2, 0): "+2", signed(-2, 0): "−2",
		percent(0.4196): "42 %", percent(0.9954): "99.5 %", percent(1): "100 %",
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
