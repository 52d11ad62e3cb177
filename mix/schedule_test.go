package mix

import (
	"fmt"
	"math"
	"strings"
	"testing"
)

// phases spells a run's phases, one letter an epoch: w(arm-up), +(on), -(off),
// f(ine-tune), p(lain).
func phases(m Method, epochs int, at func(epoch int) At) string {
	letters := map[Phase]string{PhaseWarmup: "w", PhaseOn: "+", PhaseOff: "-", PhaseFineTune: "f", PhasePlain: "p"}
	var b strings.Builder
	for e := range epochs {
		b.WriteString(letters[PhaseAt(m, at(e))])
	}
	return b.String()
}

func TestSchedules(t *testing.T) {
	for _, c := range []struct {
		spec   string
		epochs int
		want   string
	}{
		{"erm", 4, "pppp"},
		{"mixup:0", 4, "pppp"},
		{"mixup:1", 4, "++++"},
		{"mixup:1,p=0.5", 4, "++++"},
		{"mixup:1,warmup=2", 5, "ww+++"},
		{"mixup:1,last=2", 5, "+++ff"},
		{"mixup:1,on=2,off=1", 8, "++-++-++"},
		{"mixup:1,on=2,off=1,from=3", 8, "+++++-++"},
		{"mixup:1,warmup=3,on=2,off=1", 9, "www++-++-"},
		{"mixup:1,warmup=3,on=2,off=1,from=0", 9, "www++-++-"},
		{"mixup:1,warmup=3,on=2,off=2,from=0", 9, "www-++--+"},
		{"mixup:1,warmup=2,on=2,off=1,last=3", 10, "ww++-++fff"},
		{"samplepairing", 20, "ww++++++++--++++ffff"},
		{"samplepairing:paper", 20, "ww++++++++--++++ffff"},
		{"samplepairing:always", 3, "+++"},
		{"samplepairing", 1, "+"},
		{"samplepairing", 2, "+f"},
		{"samplepairing", 3, "++f"},
		{"samplepairing", 5, "w+++f"},
		{"samplepairing:p=0.5", 5, "w+++f"},
	} {
		m, err := Parse(c.spec, c.epochs)
		if err != nil {
			t.Errorf("%s: %v", c.spec, err)
			continue
		}
		got := phases(m, c.epochs, func(e int) At { return At{Epoch: e, Epochs: c.epochs, N: 1} })
		if got != c.want {
			t.Errorf("%s over %d epochs: %s, want %s", c.spec, c.epochs, got, c.want)
		}
	}
}

// The paper: off for 100 epochs, then 8 on and 2 off until 800, off to 1,000.
func TestSamplePairingPaperAtThePapersLength(t *testing.T) {
	got := phases(SamplePairingPaper(1000), 1000, func(e int) At { return At{Epoch: e, Epochs: 1000, N: 1} })
	want := strings.Repeat("w", 100) + strings.Repeat("++++++++--", 70) + strings.Repeat("f", 200)
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if s, want := SamplePairingPaper(1000).String(), "samplepairing:warmup=100,on=8,off=2,last=200"; s != want {
		t.Errorf("its spec is %s, want %s", s, want)
	}
}

// At every length of run pairing is on in some epoch, and the preset is what
// its spec says.
func TestSamplePairingPaperAtEveryLength(t *testing.T) {
	for epochs := 1; epochs <= 300; epochs++ {
		m := SamplePairingPaper(epochs)
		if got := phases(m, epochs, func(e int) At { return At{Epoch: e, Epochs: epochs, N: 1} }); !strings.Contains(got, "+") {
			t.Errorf("%d epochs: %s", epochs, got)
		}
		parsed, err := Parse("samplepairing", epochs)
		if err != nil || parsed != m {
			t.Errorf("%d epochs: samplepairing is %v, %v, want %v", epochs, parsed, err, m)
		}
		again, err := Parse(m.String(), epochs)
		if err != nil || again != m {
			t.Errorf("%d epochs: %v became %v, %v", epochs, m, again, err)
		}
	}
}

// ILSVRC: 1,281,167 images an epoch in batches of 128; the first epoch off,
// then 300,000 images on and 100,000 off, counted from its end.
func TestSamplePairingILSVRC(t *testing.T) {
	const images, batch, epochs = 1_281_167, 128, 10
	m := SamplePairingILSVRC(epochs)
	if got, want := m.String(), "samplepairing:warmup=1,on-images=300000,off-images=100000,from-epoch=1,last=2"; got != want {
		t.Errorf("its spec is %s, want %s", got, want)
	}
	var plan Plan
	on := map[int]int64{}
	firstOn := int64(0) // images of the first part that is on
	for e := range epochs {
		for step := 0; step*batch < images; step++ {
			n := min(batch, images-step*batch)
			seen := int64(e*images + step*batch)
			at := At{Epoch: e, Step: step, Epochs: epochs, Seen: seen, EpochSize: images, N: n}
			p := PhaseAt(m, at)
			var want Phase
			switch counted := seen - images; {
			case e == 0:
				want = PhaseWarmup
			case e >= 8:
				want = PhaseFineTune
			case counted%400_000 < 300_000:
				want = PhaseOn
				on[e] += int64(n)
				if counted < 300_000 {
					firstOn += int64(n)
				}
			default:
				want = PhaseOff
			}
			if p != want {
				t.Fatalf("epoch %d, %d images: %q, want %q", e, seen, p, want)
			}
			if step%1000 == 0 {
				if err := m.Draw(&plan, at); err != nil || plan.Phase != want {
					t.Fatalf("epoch %d, %d images: drawn %q, %v, want %q", e, seen, plan.Phase, err, want)
				}
			}
		}
	}
	if firstOn != 300_032 { // to the end of a batch
		t.Errorf("the first part is on for %d images", firstOn)
	}
	if share := float64(on[3]) / images; math.Abs(share-0.75) > 0.06 {
		t.Errorf("on for %.2f of an epoch", share)
	}
}

// At every length the first epoch and the last are off; one in between pairs.
func TestSamplePairingILSVRCAtEveryLength(t *testing.T) {
	for epochs := 1; epochs <= 60; epochs++ {
		m := SamplePairingILSVRC(epochs)
		got := phases(m, epochs, func(e int) At {
			return At{Epoch: e, Epochs: epochs, N: 1, Seen: int64(1000 * e), EpochSize: 1000}
		})
		if epochs > 1 && (got[0] != 'w' && got[0] != 'f' || got[epochs-1] != 'f') || strings.Contains(got, "+") != (epochs > 2) {
			t.Errorf("%d epochs: %s", epochs, got)
		}
		parsed, err := Parse("samplepairing:ilsvrc", epochs)
		if epochs < 3 {
			if err == nil || !strings.Contains(err.Error(), "train for 3 or more") {
				t.Errorf("%d epochs: %v, %v", epochs, parsed, err)
			}
			continue
		}
		if err != nil || parsed != m {
			t.Errorf("%d epochs: %v, %v, want %v", epochs, parsed, err, m)
		}
	}
}

// A schedule that counts, or looks back, fails where the caller's loop does not
// tell it what it needs.
func TestSchedulesNeedTheirPosition(t *testing.T) {
	filled := []EpochStats{{Epoch: 0, Phase: PhaseOn, Loss: 1}, {Epoch: 1, Phase: PhaseOn, Loss: 0.5}}
	for _, c := range []struct {
		spec string
		at   At
		want string // "" is no error
	}{
		{"mixup:1,on-images=6,off-images=4", At{}, ""},
		{"mixup:1,on-images=6,off-images=4", At{Step: 1}, "set At.Seen"},
		{"mixup:1,on-images=6,off-images=4", At{Epoch: 1}, "set At.Seen"},
		{"mixup:1,on-images=6,off-images=4", At{Epoch: 1, Seen: 8}, ""},
		{"mixup:1,on-images=6,off-images=4,warmup=2", At{Epoch: 1}, ""}, // not looked at yet
		{"mixup:1,on-images=6,off-images=4,warmup=2", At{Epoch: 2}, "set At.Seen"},
		{"mixup:1,on-images=6,off-images=4,from-epoch=1", At{Epoch: 1, Seen: 8}, "set At.EpochSize"},
		{"mixup:1,on-images=6,off-images=4,from-epoch=1", At{Seen: 4, Step: 1}, ""},
		{"mixup:1,on-images=6,off-images=4,from-epoch=1", At{Epoch: 1, Seen: 8, EpochSize: 8}, ""},
		{"mixup:1,on-images=6,off-images=4,from-epoch=1", At{Epoch: 2, Seen: 15, EpochSize: 8}, "At.Seen or At.EpochSize is wrong"},
		{"samplepairing:ilsvrc", At{Epoch: 1, Seen: 8}, "set At.EpochSize"},
		{"mixup:1,settle", At{}, ""},
		{"mixup:1,settle", At{Epoch: 2}, "set At.History"},
		{"mixup:1,settle", At{Epoch: 2, History: filled[:1]}, "set At.History"},
		{"mixup:1,settle", At{Epoch: 2, History: filled}, ""},
		{"mixup:1", At{Epoch: 2, Step: 3}, ""},
	} {
		m, err := Parse(c.spec, 10)
		if err != nil {
			t.Fatal(err)
		}
		c.at.N, c.at.Epochs = 4, 10
		err = m.Draw(new(Plan), c.at)
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s at %+v: %v, want %q", c.spec, c.at, err, c.want)
		}
	}
}

func TestLastOffNeedsTheLengthOfTheRun(t *testing.T) {
	err := LastOff{Mixup{Alpha: 1}, 3}.Draw(&Plan{}, At{N: 4})
	if err == nil || !strings.Contains(err.Error(), "number of epochs") {
		t.Errorf("error is %v", err)
	}
}

func TestProbability(t *testing.T) {
	const draws = 20_000
	for _, p := range []float64{0, 0.1, 0.5, 0.9, 1} {
		m := Probability{SamplePairing{}, p}
		mixed := 0
		for step := range draws {
			plan, _ := draw(t, m, At{Seed: 1, Step: step, N: 2})
			if plan.Mixed() {
				mixed++
			}
			if plan.Phase != PhaseOn {
				t.Fatalf("phase %q", plan.Phase)
			}
		}
		sd := math.Sqrt(draws * p * (1 - p))
		if d := math.Abs(float64(mixed) - p*draws); d > 5*sd {
			t.Errorf("p = %v: %d of %d batches mixed", p, mixed, draws)
		}
	}
}

// Wrappers hand the batch on as it is: the plan of a mixed batch is that of
// the method inside.
func TestWrappersDoNotChangePlans(t *testing.T) {
	inner := Mixup{Alpha: 0.4, PerSample: true}
	var m Method = Probability{inner, 1}
	for _, w := range []func(Method) Method{
		func(m Method) Method { return Warmup{m, 2} },
		func(m Method) Method { return Cycle{Method: m, On: 3, Off: 1} },
		func(m Method) Method { return UntilSettled{m, 5, 0.1} },
		func(m Method) Method { return LastOff{m, 2} },
	} {
		m = w(m)
	}
	at := At{Seed: 5, Epoch: 4, Step: 7, Epochs: 20, N: 16, History: make([]EpochStats, 4)}
	want, _ := draw(t, inner, at)
	if got, ok := draw(t, m, at); !ok || !equalPlans(got, want) {
		t.Errorf("%+v, want %+v", got, want)
	}
}

// history is on-phase epochs of the given losses and accuracies.
func history(losses, accuracies []float64) []EpochStats {
	var h []EpochStats
	for i, l := range losses {
		a := math.NaN()
		if accuracies != nil {
			a = accuracies[i]
		}
		h = append(h, EpochStats{Epoch: i, Phase: PhaseOn, Loss: l, Accuracy: a})
	}
	return h
}

func TestUntilSettled(t *testing.T) {
	for _, c := range []struct {
		name    string
		history []EpochStats
		want    bool
	}{
		{"no history", nil, false},
		{"falling", history([]float64{5, 4, 3, 2, 1}, nil), false},
		{"flat for less than the patience", history([]float64{2, 2, 2}, nil), false},
		{"flat for the patience", history([]float64{2, 2, 2, 2}, nil), true},
		{"falling by less than the tolerance", history([]float64{2, 1.99, 1.985, 1.981}, nil), true},
		{"slow fall adds up", history([]float64{2, 1.99, 1.97, 1.96, 1.94}, nil), false},
		{"rising", history([]float64{1, 2, 3, 4}, nil), true},
		{"falling again after it settled", history([]float64{2, 2, 2, 2, 1, 0.5}, nil), true},
		{"accuracy still rises", history([]float64{2, 2, 2, 2}, []float64{0.1, 0.2, 0.3, 0.4}), false},
		{"accuracy flat too", history([]float64{2, 2, 2, 2}, []float64{0.1, 0.105, 0.1, 0.1}), true},
		{"negative loss falls", history([]float64{-1, -2, -3, -4}, nil), false},
		{"negative loss flat", history([]float64{-1, -1, -1, -1}, nil), true},
		{"loss NaN", history([]float64{2, math.NaN(), math.NaN(), math.NaN()}, nil), true},
	} {
		m := UntilSettled{Method: Mixup{Alpha: 1}, Patience: 3, Tolerance: 0.01}
		phase := PhaseAt(m, At{Epoch: len(c.history), N: 1, History: c.history})
		if got := phase == PhaseFineTune; got != c.want {
			t.Errorf("%s: settled is %v, want %v", c.name, got, c.want)
		}
	}
}

// Epochs of other phases do not count, and once settled it stays settled.
func TestUntilSettledLooksAtMixedEpochsOnly(t *testing.T) {
	m := UntilSettled{Method: Mixup{Alpha: 1}, Patience: 3, Tolerance: 0.01}
	var h []EpochStats
	for e := range 20 {
		phase := [4]Phase{PhaseWarmup, PhaseOff, PhasePlain, PhaseFineTune}[e/5]
		h = append(h, EpochStats{Epoch: e, Phase: phase, Loss: 1})
	}
	if phase := PhaseAt(m, At{N: 1, History: h}); phase != PhaseOn {
		t.Errorf("settled without a mixed epoch: %q", phase)
	}
	h = append(h, history([]float64{2, 2, 2, 2}, nil)...)
	for e := range 10 {
		if phase := PhaseAt(m, At{N: 1, History: h}); phase != PhaseFineTune {
			t.Fatalf("after %d more epochs: %q", e, phase)
		}
		h = append(h, EpochStats{Phase: PhaseFineTune, Loss: 1 / float64(e+1), Accuracy: 1})
	}
}

func TestUsesHistory(t *testing.T) {
	for spec, want := range map[string]bool{"erm": false, "mixup:1,warmup=2": false, "mixup:1,settle": true, "mixup:1,settle,warmup=1,last=2": true} {
		m, err := Parse(spec, 40)
		if err != nil {
			t.Fatal(err)
		}
		if got := UsesHistory(m); got != want {
			t.Errorf("%s: %v", spec, got)
		}
	}
}

// Wrappers nested by hand in any order give a spec of the same phases.
func TestNestsOfAnyOrder(t *testing.T) {
	outside := Cycle{Method: Warmup{LastOff{Mixup{Alpha: 1}, 3}, 2}, On: 2, Off: 1, From: 2}
	if got, want := outside.String(), "mixup:1,warmup=2,on=2,off=1,last=3"; got != want {
		t.Errorf("spec %s, want %s", got, want)
	}
	parsed, err := Parse(outside.String(), 10)
	if err != nil {
		t.Fatal(err)
	}
	for e := range 10 {
		at := At{Epoch: e, Epochs: 10, N: 4}
		a, _ := draw(t, outside, at)
		b, _ := draw(t, parsed, at)
		if a.Mixed() != b.Mixed() {
			t.Errorf("epoch %d: mixed is %v and %v", e, a.Mixed(), b.Mixed())
		}
	}
}

func ExampleSamplePairingPaper() {
	m := SamplePairingPaper(40)
	fmt.Println(m)
	for _, epoch := range []int{0, 4, 12, 14, 32} {
		fmt.Println(epoch, PhaseAt(m, At{Epoch: epoch, Epochs: 40, N: 1}))
	}
	// Output:
	// samplepairing:warmup=4,on=8,off=2,last=8
	// 0 warm-up
	// 4 on
	// 12 off
	// 14 on
	// 32 fine-tune
}
