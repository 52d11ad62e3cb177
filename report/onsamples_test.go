package report

import (
	"strings"
	"testing"

	"github.com/vicinal-ml/vicinal/study"
)

// Beside the table's interval stands the one over test samples too, with words
// on which question each answers.
func TestOnSamples(t *testing.T) {
	res := tinyStudy(t)
	for i := range res.Rows {
		res.Rows[i].OnSamples = nil
	}
	if line := onSamples(res); line != "" {
		t.Errorf("without an interval: %q", line)
	}
	res.Rows[1].OnSamples = &study.TwoLevel{Low: -3.25, High: 1.5, Samples: 450}
	text := strings.Join(Notes(res), "\n")
	for _, want := range []string{"with other seeds, on these test samples", "on other test samples too: ", " −3.25 to +1.50 ", "450 samples"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in\n%s", want, text)
		}
	}
}
