package cli

import "testing"

func TestNarrowTable(t *testing.T) {
	markdown := `| method | test error, % | n | difference to ERM | 95 % interval | p | p (Holm) | verdict |
| --- | ---: | ---: | ---: | ---: | ---: | ---: | --- |
| ERM | 5.92 ± 0.94 | 20 |  |  |  |  | base |
| SamplePairing | 5.10 ± 0.76 | 20 | −0.82 | −1.13 to −0.51 | 0.01 | 0.02 | lower |
| mixup 0.2 | 5.17 ± 0.80 | 20 | −0.75 | −1.05 to −0.44 | 0.2 | 0.2 | no difference shown |

- A note.
`
	want := `method         test error, %   n  vs ERM   95 % interval  p (Holm)  verdict
ERM              5.92 ± 0.94  20                                    base
SamplePairing    5.10 ± 0.76  20   −0.82  −1.13 to −0.51      0.02  lower
mixup 0.2        5.17 ± 0.80  20   −0.75  −1.05 to −0.44       0.2  not shown
`
	if got := narrowTable(markdown); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if got := narrowTable("no table"); got != "" {
		t.Errorf("no table gives %q", got)
	}
}
