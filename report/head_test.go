package report

import (
	"strings"
	"testing"

	"gonum.org/v1/plot/vg"
)

// TestTitleWraps breaks titles at their spaces, and a long method after its
// commas: nothing is lost and no line is too wide.
func TestTitleWraps(t *testing.T) {
	const width = 300 * vg.Length(1)
	style := titleStyle()
	for _, title := range []string{
		"mixup:0.2 on digits",
		"mixup:0.2,per=sample,partners=derangement,second,p=0.5,warmup=5,settle=7,last=10 on digits, seed 1, epoch 6",
		"samplepairing:warmup=1,on-images=300000,off-images=100000,from-epoch=1,last=20 on imagenet, seed 1, epoch 2",
	} {
		lines := wrap(title, style, width)
		if got, want := strings.ReplaceAll(strings.Join(lines, ""), " ", ""), strings.ReplaceAll(title, " ", ""); got != want {
			t.Errorf("%q became %q", title, lines)
		}
		for _, line := range lines {
			if style.Width(line) > width {
				t.Errorf("line %q of %q is too wide", line, title)
			}
		}
		if one := style.Width(title) <= width; one != (len(lines) == 1) {
			t.Errorf("%q in %d lines", title, len(lines))
		}
	}
}
