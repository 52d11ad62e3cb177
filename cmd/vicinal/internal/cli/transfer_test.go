package cli

import (
	"strings"
	"testing"
	"time"

	"github.com/vicinal-ml/vicinal/data"
)

func TestTransfer(t *testing.T) {
	for _, terminal := range []bool{true, false} {
		io, out, errOut := TestIO()
		io.errTerminal = terminal
		r := newTransfer(io)
		now := time.Unix(0, 0)
		r.now = func() time.Time { return now }
		// A download that goes on at 4 of 10 MB with 1 MB/s, then a check.
		for done := int64(4e6); done <= 10e6; done += 1e5 {
			r.show(data.Progress{Step: "downloading", File: "a.gz", Done: done, Total: 10e6})
			now = now.Add(100 * time.Millisecond)
		}
		r.show(data.Progress{Step: "checking", File: "a"})
		r.close()
		text := errOut.String()
		if out.Len() > 0 {
			t.Errorf("standard output got %q", out)
		}
		if !terminal {
			if want := "downloading a.gz\nchecking a\n"; text != want {
				t.Errorf("got %q, want %q", text, want)
			}
			continue
		}
		for _, want := range []string{
			"\rdownloading a.gz  40 %  4.0 of 10.0 MB  [============>                 ]\x1b[K",
			"\rdownloading a.gz  70 %  7.0 of 10.0 MB  1.0 MB/s  ETA 3.0 s  [=========>    ]\x1b[K",
			"  [============]\x1b[K",
			"\rchecking a\x1b[K",
		} {
			if !strings.Contains(text, want) {
				t.Errorf("no %q in %q", want, text)
			}
		}
		if !strings.HasSuffix(text, "\r\x1b[K") {
			t.Errorf("the line stays: %q", text)
		}
	}
}
