package report

import "testing"

func TestNarrow(t *testing.T) {
	res := someResults(t)
	res.Rows[3].Unlike = []uint64{2}
	want := `method         test error, %  n  vs ERM   95 % interval  p (Holm)  verdict
ERM             11.50 ± 1.29  4                                    base
SamplePairing    9.50 ± 1.32  4   −2.00  −2.13 to −1.87  < 0.0001  lower
mixup 0.2       14.50 ± 1.27  4   +3.00  +2.87 to +3.13  < 0.0001  higher
mixup 1         11.62 ± 2.87  4   +0.12  −3.08 to +3.33      1.00  not shown *
mixup 2         12.50 ± 1.29  4   +1.00            none         –  cannot tell
mixup 4                    –  0                                    not compared
`
	if got := MethodTable(res).Narrow().String(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}

	// Without Holm's correction p stays.
	res.Rows = res.Rows[:2]
	want = `method         test error, %  n  vs ERM   95 % interval         p  verdict
ERM             11.50 ± 1.29  4                                    base
SamplePairing    9.50 ± 1.32  4   −2.00  −2.13 to −1.87  < 0.0001  lower
`
	if got := MethodTable(res).Narrow().String(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
