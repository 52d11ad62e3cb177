package report

import (
	"strings"
	"testing"

	"github.com/vicinal-ml/vicinal/study"
)

// A sequential study says by which rule it ends, and how far it is.
func TestSequence(t *testing.T) {
	for _, c := range []struct {
		endedAt, look int
		ended         bool
		want          string
	}{
		{0, 0, false, "The first look, after 4 seeds, has not been reached."},
		{0, 8, false, "The table is of the look after 8 seeds; the next is after 12."},
		{0, 8, true, "It ended at the look after 8. The mean difference of a study that ends early"},
		{0, 20, true, "It went on to the last."},
		{10, 10, true, "Its time was spent after 10 seeds, and what was left of the level was spent there."},
		{10, 8, true, "It ended at the look after 8."},
		{10, 8, false, "The table is of the look after 8 seeds; the next is after 10."},
	} {
		res := someResults(t)
		res.Spec.Seeds = study.CountedSeeds(20)
		res.Spec.Stop = study.Stop{MaxSeeds: 20, Looks: []int{4, 8, 12, 16, 20}, EndedAt: c.endedAt}
		res.Look, res.Ended = c.look, c.ended
		got := Markdown(res)
		for _, want := range []string{
			c.want,
			"Seeds are added until every comparison is clear, 20 at most: the results are looked at after 4, 8, 12, 16 and 20 seeds, by a rule",
			"with the interval and two-sided p of all looks at them together",
		} {
			if !strings.Contains(got, want) {
				t.Errorf("%+v: no %q in\n%s", c, want, got)
			}
		}
		if strings.Contains(got, "Student’s t interval") {
			t.Errorf("%+v: it says that it is looked at once:\n%s", c, got)
		}
	}
	if got := sequence(someResults(t)); got != "" {
		t.Errorf("of seeds that are fixed: %q", got)
	}
}

// The interval of a difference that was found at an earlier look may hold zero.
func TestSizes(t *testing.T) {
	for want, test := range map[string]study.TTest{
		"1.00 to 2.50":   {Low: 1, High: 2.5},
		"0.50 to 2.00":   {Low: -2, High: -0.5},
		"−0.10 to +2.00": {Low: -0.1, High: 2},
	} {
		if got := sizes(&test, 2); got != want {
			t.Errorf("%+v: %q, want %q", test, got, want)
		}
	}
}

// A run that failed is named, with what it failed with.
func TestFailedRun(t *testing.T) {
	res := someResults(t)
	res.Runs = []study.RunRecord{{Method: "mixup:0.2", Seed: 3, Status: study.Failed, Note: "no space left on device"}, {Method: "erm", Seed: 3, Status: study.Finished}}
	got := strings.Join(shortfalls(res, true), "\n")
	for _, want := range []string{"not complete: 1 of 2 runs have finished", "mixup 0.2 failed with seed 3 and has no result there: no space left on device."} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
}
