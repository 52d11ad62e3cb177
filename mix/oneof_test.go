package mix

import (
	"math"
	"slices"
	"testing"
)

// Each method is taken as often as its share says, within four deviations of
// the binomial distribution.
func TestOneOfShares(t *testing.T) {
	m, err := Parse("oneof:erm/mixup:1/samplepairing,shares=1/2/5", 0)
	if err != nil {
		t.Fatal(err)
	}
	const steps = 8000
	counts := map[string]int{}
	for step := range steps {
		p, ok := draw(t, m, At{Seed: 4, Step: step, N: 4})
		if !ok {
			t.Fatal("no plan")
		}
		switch {
		case !p.Mixed():
			counts["erm"]++
		case p.Target[0] == 1:
			counts["samplepairing"]++
		default:
			counts["mixup"]++
		}
		if p.Phase != PhaseOn {
			t.Fatalf("phase %q", p.Phase)
		}
	}
	for name, share := range map[string]float64{"erm": 1. / 8, "mixup": 2. / 8, "samplepairing": 5. / 8} {
		want, deviation := steps*share, math.Sqrt(steps*share*(1-share))
		if math.Abs(float64(counts[name])-want) > 4*deviation {
			t.Errorf("%s was taken %d times of %d, expected %v +- %v", name, counts[name], steps, want, deviation)
		}
	}
}

// What is drawn is what the method draws by itself at the same place.
func TestOneOfDrawsWhatItsMethodsDraw(t *testing.T) {
	choices := []Method{Mixup{Alpha: 1}, CutMix{Alpha: 1}}
	m := OneOf{[]Choice{{choices[0], 1}, {choices[1], 1}}}
	taken := [2]int{}
	for step := range 50 {
		at := At{Seed: 2, Step: step, N: 8, Height: 6, Width: 6}
		p, _ := draw(t, m, at)
		k := 0
		if len(p.Region) > 0 {
			k = 1
		}
		taken[k]++
		if want, _ := draw(t, choices[k], at); !equalPlans(p, want) {
			t.Fatalf("step %d: %+v, not %+v", step, p, want)
		}
	}
	if taken[0] == 0 || taken[1] == 0 {
		t.Errorf("methods were taken %v times", taken)
	}
}

func TestOneOfUses(t *testing.T) {
	for spec, want := range map[string][2]bool{
		"oneof:erm/mixup:1":                {false, false},
		"oneof:erm/mixup:1;second":         {true, false},
		"oneof:cutmix:1/mixup:1,warmup=2":  {false, true},
		"oneof:cutmix:1;second/erm,p=0.25": {true, true},
	} {
		m, err := Parse(spec, 10)
		if err != nil {
			t.Fatal(err)
		}
		if got := [2]bool{UsesSecond(m), UsesRegion(m)}; got != want {
			t.Errorf("%s: uses a second batch and regions: %v, want %v", spec, got, want)
		}
	}
}

func TestSplitListKeepsOneOfWhole(t *testing.T) {
	got := SplitList("erm,oneof:mixup:1;per=sample/cutmix:1,shares=1/2,warmup=3,mixup:1")
	want := []string{"erm", "oneof:mixup:1;per=sample/cutmix:1,shares=1/2,warmup=3", "mixup:1"}
	if !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
}
