package mix

import (
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/vicinal-ml/vicinal/stream"
)

// runEpochs is the length of the run the shared tests place batches in.
const runEpochs = 40

// sharedMethods is every method the package offers, by name: the specs of
// Examples, each of them in every wrapper, and all wrappers at once. A new
// method enters by its examples; nothing here names one.
func sharedMethods(t testing.TB) map[string]Method {
	t.Helper()
	methods := map[string]Method{}
	parse := func(spec string) {
		m, err := Parse(spec, runEpochs)
		if err != nil {
			t.Fatalf("%s: %v", spec, err)
		}
		methods[spec] = m
	}
	for _, spec := range Examples() {
		parse(spec)
		if spec == "erm" {
			continue
		}
		base := innermost(methods[spec])
		for _, wrappers := range []string{
			"p=0.5", "p=0", "p=1", "warmup=5", "on=3,off=2", "on=3,off=2,from=1", "on-images=1000,off-images=500",
			"settle", "settle=3,tolerance=0.05", "last=10",
			"p=0.5,warmup=5,on=3,off=2,settle,last=10",
		} {
			baseSpec := base.String()
			if s, ok := base.(interface{ spec(scheduled bool) string }); ok {
				baseSpec = s.spec(strings.Contains(wrappers, ",") || !strings.HasPrefix(wrappers, "p="))
			}
			parse(joinSpec(baseSpec, []string{wrappers}))
		}
	}
	return methods
}

// positions are batches early, late, past the end and far out, of odd sizes,
// with all sorts of labels and histories.
func positions() []At {
	var all []At
	history := []EpochStats{}
	for e := range runEpochs {
		history = append(history, EpochStats{Epoch: e, Phase: PhaseOn, Loss: 1 / float64(min(e, 8)+1), Accuracy: math.NaN()})
	}
	for _, n := range []int{1, 2, 3, 7, 128} {
		oneClass := make([]int32, n)
		mixed := make([]int32, n)
		for i := range mixed {
			mixed[i] = int32(i % 3)
		}
		for i, e := range []int{0, 1, 5, 9, 20, 29, 30, runEpochs - 1, runEpochs, 1 << 40} {
			at := At{
				Seed: uint64(7 * i), Epoch: e, Step: [3]int{0, 1, 1 << 40}[i%3], Epochs: runEpochs,
				Seen: int64(e)*333 + int64([3]int{0, 1, 1 << 40}[i%3]), EpochSize: 333, N: n,
				Labels:  [][]int32{nil, oneClass, mixed}[i%3],
				History: history[:min(e, len(history))],
				Height:  4 + i%5, Width: 3 + i%4,
			}
			ofTraining(&at)
			all = append(all, at)
		}
	}
	return all
}

// ofTraining places a batch in a training set of 333 samples of 2 targets and
// before a network of 3 blocks.
func ofTraining(at *At) {
	const n = 333
	at.Blocks = 3
	at.Train = &Train{N: n, Targets: make([]float32, 2*n)}
	r := stream.New(3, "test").At(0, 0)
	for i := range at.Train.Targets {
		at.Train.Targets[i] = float32(r.NormFloat64())
	}
	at.Index, at.Targets = make([]int, at.N), nil
	for i := range at.Index {
		at.Index[i] = (7*i + at.Step%n + at.Epoch%n) % n
		at.Targets = append(at.Targets, at.Train.Targets[2*at.Index[i]:][:2]...)
	}
}

// nextSamples are the neighbours of ofTraining's samples.
var nextSamples *Neighbors

// neighborsFor gives a method the neighbours that it asks for: the next samples.
func neighborsFor(m Method, at *At) {
	k, sameClass := UsesNeighbors(m)
	if k == 0 || at.Train == nil {
		return
	}
	// Those of k samples are those of more: the most that Examples ask for are kept.
	most := max(k, DefaultNeighbors)
	near := nextSamples
	if near == nil || near.K < most {
		near = &Neighbors{K: most, Index: make([]int32, at.Train.N*most)}
		for i := range near.Index {
			near.Index[i] = int32((i/most + i%most + 1) % at.Train.N)
		}
		nextSamples = near
	}
	train := *at.Train
	train.Neighbors = &Neighbors{K: near.K, SameClass: sameClass, Index: near.Index}
	at.Train = &train
}

// draw draws a plan into used memory, and fails the test where the method
// has no right to refuse.
func draw(t *testing.T, m Method, at At) (*Plan, bool) {
	t.Helper()
	p := &Plan{
		N: 999, Partner: slices.Repeat([]int32{-7}, 200), Input: slices.Repeat([]float32{-7}, 200),
		Target: slices.Repeat([]float32{-7}, 200), Second: true, Phase: "used",
		Region: slices.Repeat([]Region{{-7, -7, -7, -7}}, 200), Height: -7, Width: -7,
		Depth: -7, Noise: Noise{Deviation: -7}, Chosen: slices.Repeat([]int32{-7}, 200),
	}
	neighborsFor(m, &at)
	err := m.Draw(p, at)
	if err != nil {
		if at.Labels == nil && strings.Contains(m.String(), "-class") && strings.Contains(err.Error(), "needs the classes") {
			return nil, false
		}
		if UsesHistory(m) && at.Epoch > runEpochs && strings.Contains(err.Error(), "set At.History") {
			return nil, false // no history is that long
		}
		if at.N != 1 || !strings.Contains(m.String(), "derangement") || !strings.Contains(err.Error(), "batch of one sample") {
			t.Errorf("%+v: %v", at, err)
		}
		return nil, false
	}
	return p, true
}

func equalPlans(a, b *Plan) bool {
	return a.N == b.N && a.Second == b.Second && a.Phase == b.Phase && slices.Equal(a.Partner, b.Partner) &&
		slices.Equal(a.Input, b.Input) && slices.Equal(a.Target, b.Target) &&
		slices.Equal(a.Region, b.Region) && a.Height == b.Height && a.Width == b.Width &&
		a.Depth == b.Depth && a.Noise == b.Noise && slices.Equal(a.Chosen, b.Chosen)
}

// TestMethods is the battery every method passes by name.
func TestMethods(t *testing.T) {
	for name, m := range sharedMethods(t) {
		t.Run(name, func(t *testing.T) {
			t.Run("Plan", func(t *testing.T) { testPlan(t, m) })
			t.Run("Pure", func(t *testing.T) { testPure(t, m) })
			t.Run("Phase", func(t *testing.T) { testPhase(t, m) })
			t.Run("Spec", func(t *testing.T) { testSpec(t, m) })
			t.Run("BadPosition", func(t *testing.T) { testBadPosition(t, m) })
			t.Run("Allocations", func(t *testing.T) { testAllocations(t, m) })
			t.Run("Seed", func(t *testing.T) { testSeed(t, m) })
		})
	}
}

// testPlan: lengths, weights in [0, 1], partners a permutation of the batch.
func testPlan(t *testing.T, m Method) {
	for _, at := range positions() {
		p, ok := draw(t, m, at)
		if !ok {
			continue
		}
		if p.N != at.N {
			t.Fatalf("plan of %d samples for a batch of %d", p.N, at.N)
		}
		if err := p.Validate(at.N); err != nil {
			t.Fatal(err)
		}
		if p.Noise.Deviation > 0 && !UsesNoise(m) {
			t.Fatal("adds noise, and UsesNoise says it does not")
		}
		if p.Depth > 0 && !UsesDepth(m) || p.Depth > at.Blocks {
			t.Fatalf("mixes after block %d of %d, and UsesDepth says %v", p.Depth, at.Blocks, UsesDepth(m))
		}
		checkChosen(t, m, p, at)
		if strings.Contains(m.String(), "other-class") {
			checkOtherClass(t, p, at.Labels)
			continue
		}
		if strings.Contains(m.String(), "similar-in-batch") {
			continue // drawn one by one
		}
		sorted := slices.Sorted(slices.Values(p.Partner))
		for i, j := range sorted {
			if int(j) != i {
				t.Fatalf("partners %v are no permutation", p.Partner)
			}
		}
		if strings.Contains(m.String(), "derangement") && p.Mixed() && pairsWithItself(p.Partner) {
			t.Fatalf("partners %v pair a sample with itself", p.Partner)
		}
		if p.Second && !UsesSecond(m) {
			t.Fatal("takes partners from a second batch, and UsesSecond says it does not")
		}
		if len(p.Region) > 0 && !UsesRegion(m) {
			t.Fatal("mixes a region, and UsesRegion says it does not")
		}
	}
}

func pairsWithItself(partner []int32) bool {
	for i, j := range partner {
		if int(j) == i {
			return true
		}
	}
	return false
}

// checkChosen: the second batch that a plan chose is the one that the caller was
// told to read.
func checkChosen(t *testing.T, m Method, p *Plan, at At) {
	t.Helper()
	if len(p.Chosen) == 0 {
		return
	}
	if !Chooses(m) || !UsesSecond(m) {
		t.Fatalf("chooses a second batch, and Chooses says %v, UsesSecond %v", Chooses(m), UsesSecond(m))
	}
	neighborsFor(m, &at)
	told := make([]int32, at.N)
	if err := Choose(m, told, at); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(told, p.Chosen) {
		t.Fatalf("the plan chose %v, Choose %v", p.Chosen, told)
	}
	for _, i := range told {
		if i < 0 || int(i) >= at.Train.N {
			t.Fatalf("chose %d of %d", i, at.Train.N)
		}
	}
}

// checkOtherClass: partners are of another class, where the batch has one.
func checkOtherClass(t *testing.T, p *Plan, labels []int32) {
	t.Helper()
	if !p.Mixed() {
		return
	}
	for i, j := range p.Partner {
		other := slices.ContainsFunc(labels, func(l int32) bool { return l != labels[i] })
		if other == (labels[j] == labels[i]) {
			t.Fatalf("classes %v have partners %v", labels, p.Partner)
		}
	}
}

// testPure: the same position gives the same plan, whatever was drawn before,
// and a method that uses neither history nor regions does not depend on them.
func testPure(t *testing.T, m Method) {
	all := positions()
	first := make([]*Plan, len(all))
	for i, at := range all {
		first[i], _ = draw(t, m, at)
	}
	for i, at := range slices.Backward(all) {
		if first[i] == nil {
			continue
		}
		if again, ok := draw(t, m, at); !ok || !equalPlans(first[i], again) {
			t.Fatalf("%+v: %+v, then %+v", at, first[i], again)
		}
		if !UsesHistory(m) {
			at.History = nil
		}
		if !UsesRegion(m) {
			at.Height, at.Width = 0, 0
		}
		if !UsesDepth(m) {
			at.Blocks = 0
		}
		if !Chooses(m) {
			at.Index, at.Train = nil, nil
		}
		if !UsesTargets(m) {
			at.Targets = nil
		}
		if again, ok := draw(t, m, at); !ok || !equalPlans(first[i], again) {
			t.Fatalf("the plan depends on what the method does not use: %+v, then %+v", first[i], again)
		}
	}
}

// testPhase: PhaseAt gives the plan's phase, and only "on" mixes.
func testPhase(t *testing.T, m Method) {
	for _, at := range positions() {
		p, ok := draw(t, m, at)
		if !ok {
			continue
		}
		if got := PhaseAt(m, at); got != p.Phase {
			t.Fatalf("%+v: PhaseAt gives %q, the plan %q", at, got, p.Phase)
		}
		if !slices.Contains([]Phase{PhasePlain, PhaseWarmup, PhaseOn, PhaseOff, PhaseFineTune}, p.Phase) {
			t.Fatalf("phase %q is none of the known", p.Phase)
		}
		if p.Phase != PhaseOn && (p.Mixed() || p.Second) {
			t.Fatalf("phase %q mixes: %+v", p.Phase, p)
		}
	}
}

// testSpec: Parse gives an equal method for String's spec.
func testSpec(t *testing.T, m Method) {
	again, err := Parse(m.String(), runEpochs)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(again, m) {
		t.Fatalf("Parse(%q) is %#v, not %#v", m.String(), again, m)
	}
	if again.String() != m.String() {
		t.Fatalf("%q became %q", m.String(), again.String())
	}
}

func testBadPosition(t *testing.T, m Method) {
	good := At{Epochs: runEpochs, N: 4, Height: 5, Width: 5}
	for name, change := range map[string]func(*At){
		"no samples":       func(at *At) { at.N = 0 },
		"negative samples": func(at *At) { at.N = -1 },
		"negative epoch":   func(at *At) { at.Epoch = -1 },
		"negative step":    func(at *At) { at.Step = -1 },
		"negative epochs":  func(at *At) { at.Epochs = -1 },
		"negative seen":    func(at *At) { at.Seen = -1 },
		"negative height":  func(at *At) { at.Height = -1 },
		"negative width":   func(at *At) { at.Width = -1 },
		"negative blocks":  func(at *At) { at.Blocks = -1 },
		"odd targets":      func(at *At) { at.Targets = make([]float32, 5) },
		"empty targets":    func(at *At) { at.Targets = []float32{} },
		"too few numbers":  func(at *At) { at.Index = make([]int, 3) },
		"too many labels":  func(at *At) { at.Labels = make([]int32, 5) },
		"too few labels":   func(at *At) { at.Labels = make([]int32, 3) },
	} {
		at := good
		change(&at)
		err := m.Draw(&Plan{}, at)
		if err == nil || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: error is %v, want one line", name, err)
		}
	}
}

func testAllocations(t *testing.T, m Method) {
	var p Plan
	labels := make([]int32, 64)
	at := At{Epochs: runEpochs, N: 64, Labels: labels, Epoch: 12, Seen: 12 * 333, EpochSize: 333, History: make([]EpochStats, 12), Height: 32, Width: 32}
	ofTraining(&at)
	neighborsFor(m, &at)
	if err := m.Draw(&p, at); err != nil {
		t.Fatal(err)
	}
	if n := testing.AllocsPerRun(20, func() {
		at.Step++
		_ = m.Draw(&p, at)
	}); n != 0 {
		t.Errorf("Draw allocates %v times", n)
	}
}

// testSeed: another seed, epoch or step gives another plan where the method
// mixes at all.
func testSeed(t *testing.T, m Method) {
	at := At{Epochs: runEpochs, N: 128, Epoch: 11, Seen: 11 * 303, EpochSize: 303, History: make([]EpochStats, 11), Height: 9, Width: 9, Labels: make([]int32, 128)}
	for i := range at.Labels {
		at.Labels[i] = int32(i % 3)
	}
	ofTraining(&at)
	var base *Plan
	for step := 0; ; step++ {
		if step == 1000 {
			return // never mixes here: ERM, a = 0 or p = 0
		}
		at.Step = step
		if base, _ = draw(t, m, at); base.Mixed() && (!fixesAll(base.Partner) || len(base.Chosen) > 0) {
			break
		}
	}
	// Unmixed batches and equal phases aside, plans differ.
	for name, change := range map[string]func(*At, int){
		"seed": func(at *At, i int) { at.Seed += uint64(i) },
		"step": func(at *At, i int) { at.Step += i },
	} {
		for i := 1; ; i++ {
			if i == 1000 {
				t.Fatalf("no other %s mixes", name)
			}
			other := at
			change(&other, i)
			p, _ := draw(t, m, other)
			if !p.Mixed() {
				continue
			}
			if slices.Equal(p.Partner, base.Partner) && slices.Equal(p.Chosen, base.Chosen) {
				t.Errorf("another %s gave the same partners", name)
			}
			break
		}
	}
}

func fixesAll(perm []int32) bool {
	for i, j := range perm {
		if int(j) != i {
			return false
		}
	}
	return true
}

// What each method is: its weights.
func TestWeights(t *testing.T) {
	at := At{Seed: 3, N: 64, Height: 32, Width: 48}
	for _, c := range []struct {
		m     Method
		check func(p *Plan) bool
	}{
		{ERM{}, func(p *Plan) bool { return all(p.Input, 1) && all(p.Target, 1) && fixesAll(p.Partner) && !p.Mixed() }},
		{SamplePairing{}, func(p *Plan) bool { return all(p.Input, 0.5) && all(p.Target, 1) && p.Mixed() }},
		{Mixup{Alpha: 1}, func(p *Plan) bool {
			return all(p.Input, p.Input[0]) && slices.Equal(p.Input, p.Target) && p.Mixed()
		}},
		{Mixup{Alpha: 1, PerSample: true}, func(p *Plan) bool {
			distinct := slices.Compact(slices.Sorted(slices.Values(p.Input)))
			return len(distinct) == p.N && slices.Equal(p.Input, p.Target)
		}},
		{Mixup{Alpha: 1, InputsOnly: true}, func(p *Plan) bool { return all(p.Target, 1) && !all(p.Input, 1) }},
		{Mixup{Alpha: 0}, func(p *Plan) bool { return !p.Mixed() && fixesAll(p.Partner) && p.Phase == PhasePlain }},
		{Mixup{Alpha: 1, Pairing: Pairing{Second: true}}, func(p *Plan) bool { return p.Second }},
		{CutMix{Alpha: 1}, func(p *Plan) bool {
			return all(p.Input, 0) && all(p.Target, p.Target[0]) && p.Mixed() && math.Abs(p.Share(0)-float64(p.Target[0])) < 1e-7
		}},
		{CutMix{Alpha: 1, PerSample: true}, func(p *Plan) bool {
			return len(slices.Compact(slices.Sorted(slices.Values(p.Target)))) > p.N/2
		}},
	} {
		if p, ok := draw(t, c.m, at); !ok || !c.check(p) {
			t.Errorf("%s: %+v", c.m, p)
		}
	}
}

func all(xs []float32, x float32) bool {
	return !slices.ContainsFunc(xs, func(y float32) bool { return y != x })
}

// mixup takes its weights over the whole of [0, 1]: no folding to the larger
// of l and 1-l.
func TestMixupDoesNotFoldWeights(t *testing.T) {
	p, _ := draw(t, Mixup{Alpha: 1, PerSample: true}, At{Seed: 1, N: 1000})
	below := 0
	for _, w := range p.Input {
		if w < 0.5 {
			below++
		}
	}
	if below < 420 || below > 580 {
		t.Errorf("%d of 1000 weights are below 1/2", below)
	}
}

// The weight of a sample depends on its place, not on the size of the batch:
// a shard of a batch can draw its own.
func TestMixupWeightsDoNotDependOnBatchSize(t *testing.T) {
	long, _ := draw(t, Mixup{Alpha: 0.2, PerSample: true}, At{Seed: 1, N: 100})
	short, _ := draw(t, Mixup{Alpha: 0.2, PerSample: true}, At{Seed: 1, N: 7})
	if !slices.Equal(long.Input[:7], short.Input) {
		t.Errorf("%v and %v", long.Input[:7], short.Input)
	}
	batch, _ := draw(t, Mixup{Alpha: 0.2}, At{Seed: 1, N: 100})
	if batch.Input[0] != long.Input[0] {
		t.Errorf("the batch's weight %v is not the first sample's %v", batch.Input[0], long.Input[0])
	}
}

// All methods of a comparison pair the same samples in the same batches.
func TestMethodsSharePartners(t *testing.T) {
	at := At{Seed: 1, Epoch: 3, Step: 4, N: 50}
	a, _ := draw(t, SamplePairing{}, at)
	b, _ := draw(t, Mixup{Alpha: 0.2, PerSample: true}, at)
	if !slices.Equal(a.Partner, b.Partner) {
		t.Errorf("%v and %v", a.Partner, b.Partner)
	}
}

func TestMethodsRefuseBadParameters(t *testing.T) {
	at := At{N: 4, Epochs: 10}
	for _, c := range []struct {
		m    Method
		want string
	}{
		{Mixup{Alpha: -0.1}, "-0.1"},
		{CutMix{Alpha: -1}, "-1"},
		{Mixup{Alpha: math.NaN()}, "NaN"},
		{Mixup{Alpha: math.Inf(1)}, "Inf"},
		{Mixup{Alpha: 1, Pairing: Pairing{Partners: "closest"}}, "closest"},
		{SamplePairing{Pairing{Partners: "closest"}}, "closest"},
		{Mixup{Alpha: 1, Pairing: Pairing{Partners: Nearest, Second: true}}, "leave second out"},
		{Mixup{Alpha: 1, Pairing: Pairing{Partners: Nearest, K: -1}}, "k is -1"},
		{Mixup{Alpha: 1, Pairing: Pairing{K: 3}}, "partners=nearest"},
		{Mixup{Alpha: 1, Pairing: Pairing{Partners: Similar}}, "bandwidth 0"},
		{Mixup{Alpha: 1, Pairing: Pairing{Partners: Similar, Bandwidth: math.NaN()}}, "NaN"},
		{Mixup{Alpha: 1, Pairing: Pairing{Bandwidth: 1}}, "partners=similar"},
		{Mixup{Alpha: 1, Within: Within{Deepest: 2}}, "at=hidden"},
		{Mixup{Alpha: 1, Within: Within{Hidden: true, Deepest: -2}}, "deepest is -2"},
		{Mixup{Alpha: 1, Within: Within{Hidden: true}, Pairing: Pairing{Second: true}}, "second"},
		{Mixup{Alpha: 1, Within: Within{Hidden: true}, Pairing: Pairing{Partners: Nearest}}, "second"},
		{InputNoise{-1}, "-1"},
		{InputNoise{math.NaN()}, "NaN"},
		{InputNoise{math.Inf(1)}, "Inf"},
		{OneOf{[]Choice{{Mixup{Alpha: 1, Pairing: Pairing{Second: true}}, 1}, {Mixup{Alpha: 1, Pairing: Pairing{Partners: Nearest}}, 1}}}, "a run has one"},
		{OneOf{[]Choice{{Mixup{Alpha: 1, Pairing: Pairing{Partners: NearestSameClass}}, 1}, {Mixup{Alpha: 1, Pairing: Pairing{Partners: Nearest}}, 1}}}, "in two ways"},
		{Warmup{ERM{}, 0}, "warmup is 0"},
		{LastOff{ERM{}, -1}, "last is -1"},
		{Cycle{Method: ERM{}, On: 0, Off: 1}, "on for 0"},
		{Cycle{Method: ERM{}, On: 1, Off: 0}, "off for 0"},
		{Cycle{Method: ERM{}, On: 1, Off: 1, From: -1}, "from -1"},
		{Cycle{Method: ERM{}, On: math.MaxInt64, Off: math.MaxInt64}, "at most"},
		{Cycle{Method: ERM{}, On: 1, Off: 1, Unit: "steps"}, "steps"},
		{UntilSettled{Method: ERM{}, Patience: 0}, "0 epochs"},
		{UntilSettled{Method: ERM{}, Patience: 1, Tolerance: -1}, "tolerance is -1"},
		{UntilSettled{Method: ERM{}, Patience: 1, Tolerance: math.NaN()}, "tolerance is NaN"},
		{Mixup{Alpha: 1, Pairing: Pairing{Partners: SameClass, Second: true}}, "second"},
		{OneOf{}, "2 or more"},
		{OneOf{[]Choice{{ERM{}, 1}, {ERM{}, 0}}}, "share of erm is 0"},
		{OneOf{[]Choice{{ERM{}, 1}, {ERM{}, math.NaN()}}}, "NaN"},
		{OneOf{[]Choice{{ERM{}, 1}, {nil, 1}}}, "no method"},
		{OneOf{[]Choice{{ERM{}, 1}, {Mixup{Alpha: -3}, 1}}}, "-3"},
		{OneOf{[]Choice{{ERM{}, 1}, {Warmup{Mixup{Alpha: 1}, 2}, 1}}}, "of the whole"},
		{OneOf{[]Choice{{ERM{}, 1}, {OneOf{[]Choice{{ERM{}, 1}, {ERM{}, 1}}}, 1}}}, "inside oneof"},
		{Probability{ERM{}, 1.5}, "p is 1.5"},
		{Probability{ERM{}, math.NaN()}, "p is NaN"},
		{Probability{Probability{ERM{}, 0.5}, 0.5}, "twice"},
		{Warmup{Cycle{Method: Warmup{ERM{}, 2}, On: 1, Off: 1}, 3}, "twice"},
		{Probability{Warmup{Probability{Mixup{Alpha: 1}, 0.5}, 1}, 0.5}, "twice"},
		{Warmup{nil, 1}, "no method"},
		{Warmup{Mixup{Alpha: -2}, 1}, "-2"},
	} {
		err := c.m.Draw(&Plan{}, at)
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%T: error is %v, want one line with %q", c.m, err, c.want)
		}
		if Validate(c.m) == nil {
			t.Errorf("%T: Validate accepts it", c.m)
		}
		_ = PhaseAt(c.m, at) // must not panic
	}
}

func BenchmarkDraw(b *testing.B) {
	for _, spec := range []string{"erm", "samplepairing:always", "mixup:0.2", "mixup:0.2,per=sample", "cutmix:1", "noise:0.1", "mixup:2,at=hidden", "mixup:2,partners=similar,bandwidth=0.5", "oneof:mixup:1/cutmix:1"} {
		b.Run(spec, func(b *testing.B) {
			m, err := Parse(spec, 0)
			if err != nil {
				b.Fatal(err)
			}
			var p Plan
			at := At{N: 128, Height: 32, Width: 32}
			ofTraining(&at)
			b.ReportAllocs()
			for b.Loop() {
				at.Step++
				if err := m.Draw(&p, at); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// TestCheckBatch holds what is said beforehand against what Draw does.
func TestCheckBatch(t *testing.T) {
	refused := 0
	for _, spec := range append(Examples(), "mixup:1,partners=derangement,warmup=3", "mixup:1,partners=derangement,second", "samplepairing:always,second,partners=derangement,p=0.5") {
		m, err := Parse(spec, 10)
		if err != nil {
			t.Fatal(err)
		}
		for n := 1; n <= 3; n++ {
			said := CheckBatch(m, n)
			labels := make([]int32, n)
			failed := 0
			for step := range 50 {
				at := At{Seed: 1, Epoch: 5, Step: step, Epochs: 10, N: n, Labels: labels, Seen: 500_000, EpochSize: 100_000, Height: 8, Width: 8}
				for e := range 5 {
					at.History = append(at.History, EpochStats{Epoch: e, Phase: PhaseWarmup})
				}
				if PhaseAt(m, at) != PhaseOn {
					continue
				}
				ofTraining(&at)
				neighborsFor(m, &at)
				if err := m.Draw(new(Plan), at); err != nil {
					failed++
					if said == nil || !strings.Contains(err.Error(), said.Error()) {
						t.Errorf("%s, %d samples: Draw says %v, CheckBatch %v", spec, n, err, said)
					}
				}
			}
			if said != nil && failed == 0 {
				t.Errorf("%s, %d samples: CheckBatch says %v, and all batches are drawn", spec, n, said)
			}
			if said != nil {
				refused++
			}
		}
	}
	if refused < 4 {
		t.Errorf("%d cases refused", refused)
	}
	second, err := Parse("mixup:1,partners=derangement,second", 1)
	if err != nil {
		t.Fatal(err)
	}
	if err := CheckBatch(second, 1); err == nil || !strings.Contains(err.Error(), "second batch of one sample") {
		t.Errorf("the reason with a second batch: %v", err)
	}
}
