package mixgraph_test

import (
	"errors"
	"iter"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"
	"github.com/gomlx/gomlx/ml/model/initializer"
	"github.com/gomlx/gomlx/ml/train"
	"github.com/gomlx/gomlx/ml/train/loss"
	"github.com/gomlx/gomlx/ml/train/optimizer"

	"github.com/vicinal-ml/vicinal/mix"
	"github.com/vicinal-ml/vicinal/mix/mixgraph"
)

const features, numClasses = 4, 3

// source is a data set of fixed samples in batches, the last one short.
type source struct {
	name  string
	x     []float32
	y     []int32
	batch int
	// targets, if set, replaces the class labels by rows.
	targets []float32
	endless bool
	// pictures gives the features as 2 x 2 pixels.
	pictures bool
}

func newSource(name string, n, batch int, seed uint64) *source {
	return &source{name: name, x: normals(n*features, seed), y: labels(n, numClasses, seed), batch: batch}
}

func (s *source) Name() string { return s.name }

func (s *source) Iter() iter.Seq2[train.Batch, error] {
	return func(yield func(train.Batch, error) bool) {
		for {
			for from := 0; from < len(s.y); from += s.batch {
				if !yield(s.tensors(from, min(from+s.batch, len(s.y))), nil) {
					return
				}
			}
			if !s.endless {
				return
			}
		}
	}
}

func (s *source) tensors(from, to int) train.Batch {
	y := tensors.FromFlatDataAndDimensions(slices.Clone(s.y[from:to]), to-from, 1)
	if s.targets != nil {
		y = tensors.FromFlatDataAndDimensions(slices.Clone(s.targets[from*numClasses:to*numClasses]), to-from, numClasses)
	}
	dims := []int{to - from, features}
	if s.pictures {
		dims = []int{to - from, 2, 2, features / 4}
	}
	return train.Batch{
		Inputs: []*tensors.Tensor{tensors.FromFlatDataAndDimensions(slices.Clone(s.x[from*features:to*features]), dims...)},
		Labels: []*tensors.Tensor{y},
		Spec:   "source",
	}
}

// linear is softmax regression from zero, so that runs can be compared.
func linear(scope *model.Scope, x *graph.Node) *graph.Node {
	w := scope.WithInitializer(initializer.Zero).VariableWithValue("w", make2(features, numClasses))
	x = graph.Reshape(x, x.Shape().Dimensions[0], features)
	return graph.Dot(x, w.NodeValue(x.Graph())).Product()
}

func make2(n, m int) [][]float32 {
	rows := make([][]float32, n)
	for i := range rows {
		rows[i] = make([]float32, m)
	}
	return rows
}

// losses trains epochs over ds and returns the loss of each step.
func losses(t *testing.T, modelFn train.ModelFn, lossFn train.LossFn, ds train.Dataset, epochs int) ([]float64, *train.Trainer, int) {
	t.Helper()
	trainer := train.NewTrainer(newBackend(t), model.NewStore(), modelFn, lossFn,
		optimizer.StochasticGradientDescent().WithLearningRate(0.5).WithDecay(false).Done(), nil, nil)
	graphs := 0
	trainer.OnExecCreation(func(*model.Exec, train.GraphType) { graphs++ })
	loop := train.NewLoop(trainer)
	var all []float64
	loop.OnStep("loss", 0, func(_ *train.Loop, metrics []*tensors.Tensor) error {
		all = append(all, float64(tensors.ToScalar[float32](metrics[0])))
		return nil
	})
	if _, err := loop.RunEpochs(ds, epochs); err != nil {
		t.Fatal(err)
	}
	return all, trainer, graphs
}

func plain(fn func(*model.Scope, *graph.Node) *graph.Node) train.ModelFn {
	return func(scope *model.Scope, _ any, in []*graph.Node) []*graph.Node {
		return []*graph.Node{fn(scope, in[0])}
	}
}

// hostMixed is the source's batches mixed on the host, for an ordinary Trainer.
type hostMixed struct {
	source, second *source
	method         mix.Method
	epochs, epoch  int
	seen           int64
}

func (h *hostMixed) Name() string { return "host" }

func (h *hostMixed) Iter() iter.Seq2[train.Batch, error] {
	return func(yield func(train.Batch, error) bool) {
		for step, from := 0, 0; from < len(h.source.y); step, from = step+1, from+h.source.batch {
			to := min(from+h.source.batch, len(h.source.y))
			n := to - from
			var p mix.Plan
			at := mix.At{Seed: 3, Epoch: h.epoch, Step: step, Epochs: h.epochs, Seen: h.seen, EpochSize: 23, N: n, Labels: h.source.y[from:to], Height: 2, Width: 2}
			x, y := make([]float32, n*features), make([]float32, n*numClasses)
			err := errors.Join(h.method.Draw(&p, at),
				mix.ApplyFloat32(x, h.source.x[from*features:to*features], h.second.x[from*features:to*features], &p),
				mix.ApplyClasses(y, h.source.y[from:to], h.second.y[from:to], numClasses, &p))
			h.seen += int64(n)
			if !yield(train.Batch{
				Inputs: []*tensors.Tensor{tensors.FromFlatDataAndDimensions(x, n, features)},
				Labels: []*tensors.Tensor{tensors.FromFlatDataAndDimensions(y, n, numClasses)},
			}, err) || err != nil {
				return
			}
		}
		h.epoch++
	}
}

// Training with the wrappers is training on batches mixed on the host, for
// every method, with one graph for all phases; the evaluation is unmixed.
func TestTrainingMatchesHostMixing(t *testing.T) {
	const epochs = 8
	for name, m := range methods(t, epochs) {
		t.Run(name, func(t *testing.T) {
			first, second := newSource("first", 23, 7, 1), newSource("second", 23, 7, 2)
			first.pictures, second.pictures = mix.UsesRegion(m), mix.UsesRegion(m)
			ds, err := mixgraph.New(first, m, 3, epochs)
			if err != nil {
				t.Fatal(err)
			}
			ds.Second = second
			if ds.Name() != "first" {
				t.Errorf("name is %q", ds.Name())
			}
			classLoss := mixgraph.ClassLoss(loss.CategoricalCrossEntropyLogits, numClasses)
			got, trainer, graphs := losses(t, mixgraph.Model(linear), classLoss, ds, epochs)
			want, reference, _ := losses(t, plain(linear), loss.CategoricalCrossEntropyLogits,
				&hostMixed{source: first, second: second, method: m, epochs: epochs}, epochs)
			if len(got) != len(want) || len(got) != 4*epochs {
				t.Fatalf("%d steps, want %d", len(got), len(want))
			}
			for i := range got {
				if math.Abs(got[i]-want[i]) > 2e-6 {
					t.Fatalf("step %d: loss %v, on the host %v", i, got[i], want[i])
				}
			}
			if graphs != 1 {
				t.Errorf("%d training graphs", graphs)
			}

			test := newSource("test", 10, 5, 4)
			test.pictures = first.pictures
			oneHot := newSource("test", 10, 5, 4)
			oneHot.targets = make([]float32, 10*numClasses)
			for i, c := range oneHot.y {
				oneHot.targets[i*numClasses+int(c)] = 1
			}
			a, err := trainer.Eval(test)
			if err != nil {
				t.Fatal(err)
			}
			b, err := reference.Eval(oneHot)
			if err != nil {
				t.Fatal(err)
			}
			if x, y := tensors.ToScalar[float32](a[0]), tensors.ToScalar[float32](b[0]); math.Abs(float64(x-y)) > 1e-5 {
				t.Errorf("evaluated loss %v, unwrapped %v", x, y)
			}
		})
	}
}

// Loss mixes regression targets by the same plan.
func TestLossMixesDenseTargets(t *testing.T) {
	s := newSource("s", 12, 6, 1)
	s.targets = normals(12*numClasses, 9)
	m := mix.Mixup{Alpha: 1, PerSample: true}
	ds, err := mixgraph.New(s, m, 3, 1)
	if err != nil {
		t.Fatal(err)
	}
	got, _, _ := losses(t, mixgraph.Model(linear), mixgraph.Loss(loss.MeanSquaredError), ds, 1)

	// The first step's predictions are all 0, so its loss is the mean square
	// of the mixed targets.
	var p mix.Plan
	if err := m.Draw(&p, mix.At{Seed: 3, Epochs: 1, N: 6}); err != nil {
		t.Fatal(err)
	}
	mixed := make([]float32, 6*numClasses)
	if err := mix.ApplyRows(mixed, s.targets[:6*numClasses], nil, &p); err != nil {
		t.Fatal(err)
	}
	want := 0.0
	for _, x := range mixed {
		want += float64(x) * float64(x) / float64(len(mixed))
	}
	if math.Abs(got[0]-want) > 1e-6 {
		t.Errorf("loss %v, want %v", got[0], want)
	}
}

// Every signature of model functions is wrapped.
func TestModelSignatures(t *testing.T) {
	for name, modelFn := range map[string]train.ModelFn{
		"node":         mixgraph.Model(linear),
		"nodes, node":  mixgraph.Model(func(s *model.Scope, in []*graph.Node) *graph.Node { return linear(s, in[0]) }),
		"nodes, nodes": mixgraph.Model(func(s *model.Scope, in []*graph.Node) []*graph.Node { return []*graph.Node{linear(s, in[0])} }),
		"spec, node":   mixgraph.Model(func(s *model.Scope, spec any, in []*graph.Node) *graph.Node { return checkSpec(t, s, spec, in)[0] }),
		"spec, nodes":  mixgraph.Model(func(s *model.Scope, spec any, in []*graph.Node) []*graph.Node { return checkSpec(t, s, spec, in) }),
		"ModelFn":      mixgraph.Model(train.ModelFn(func(s *model.Scope, spec any, in []*graph.Node) []*graph.Node { return checkSpec(t, s, spec, in) })),
	} {
		ds, err := mixgraph.New(newSource("s", 6, 6, 1), mix.SamplePairing{}, 1, 1)
		if err != nil {
			t.Fatal(err)
		}
		got, _, _ := losses(t, modelFn, mixgraph.ClassLoss(loss.CategoricalCrossEntropyLogits, numClasses), ds, 1)
		if math.Abs(got[0]-math.Log(numClasses)) > 1e-6 {
			t.Errorf("%s: loss %v", name, got[0])
		}
	}
}

// checkSpec: the wrapped function gets the source's inputs and spec alone.
func checkSpec(t *testing.T, s *model.Scope, spec any, in []*graph.Node) []*graph.Node {
	if spec != "source" || len(in) != 1 {
		t.Errorf("spec %v, %d inputs", spec, len(in))
	}
	return []*graph.Node{linear(s, in[0])}
}

// Mixed inputs with a loss that is not wrapped would learn unmixed targets.
func TestUnwrappedLossIsRefused(t *testing.T) {
	s := newSource("s", 6, 6, 1)
	ds, err := mixgraph.New(s, mix.SamplePairing{}, 1, 1)
	if err != nil {
		t.Fatal(err)
	}
	trainer := train.NewTrainer(newBackend(t), model.NewStore(), mixgraph.Model(linear),
		loss.SparseCategoricalCrossEntropyLogits, optimizer.Adam().Done(), nil, nil)
	_, err = train.NewLoop(trainer).RunEpochs(ds, 1)
	if err == nil || !strings.Contains(err.Error(), "wrap the loss with mixgraph.Loss") {
		t.Errorf("error is %v", err)
	}
}

// plans returns the partners of each batch of one epoch.
func plans(t *testing.T, ds *mixgraph.Dataset, limit int) [][]int32 {
	t.Helper()
	var all [][]int32
	for b, err := range ds.Iter() {
		if err != nil {
			t.Fatal(err)
		}
		partner, err := tensors.CopyFlatData[int32](b.Inputs[1])
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, partner)
		if err := b.Finalize(); err != nil {
			t.Fatal(err)
		}
		if len(all) == limit {
			break
		}
	}
	return all
}

// Epochs are numbered by Iter, Seek resumes, and StepsPerEpoch cuts an endless
// source into the same epochs.
func TestEpochs(t *testing.T) {
	m, err := mix.Parse("mixup:1,on-images=20,off-images=10", 5)
	if err != nil {
		t.Fatal(err)
	}
	newDataset := func() (*mixgraph.Dataset, *source) {
		s := newSource("s", 12, 4, 1)
		ds, err := mixgraph.New(s, m, 1, 5)
		if err != nil {
			t.Fatal(err)
		}
		return ds, s
	}
	ds, _ := newDataset()
	var all [][]int32
	for range 5 {
		all = append(all, plans(t, ds, -1)...)
	}
	if len(all) != 15 {
		t.Fatalf("%d batches", len(all))
	}
	for i, partner := range all {
		var p mix.Plan
		if err := m.Draw(&p, mix.At{Seed: 1, Epoch: i / 3, Step: i % 3, Epochs: 5, Seen: int64(4 * i), N: 4}); err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(partner, p.Partner) {
			t.Errorf("batch %d: partners %v, want %v", i, partner, p.Partner)
		}
	}

	resumed, _ := newDataset()
	resumed.Seek(3, 36)
	if got := plans(t, resumed, -1); !slices.EqualFunc(got, all[9:12], slices.Equal) {
		t.Errorf("epoch 3 after Seek: %v, want %v", got, all[9:12])
	}
	if got := plans(t, resumed, -1); !slices.EqualFunc(got, all[12:], slices.Equal) {
		t.Errorf("epoch 4 after Seek: %v, want %v", got, all[12:])
	}

	endless, s := newDataset()
	s.endless = true
	endless.StepsPerEpoch = 3
	if got := plans(t, endless, 15); !slices.EqualFunc(got, all, slices.Equal) {
		t.Errorf("endless: %v, want %v", got, all)
	}
}

// The labels of a batch are its own, for metrics, and reach the method.
func TestLabelsStay(t *testing.T) {
	s := newSource("s", 5, 5, 1)
	probe := &probe{}
	ds, err := mixgraph.New(s, probe, 1, 1)
	if err != nil {
		t.Fatal(err)
	}
	for b, err := range ds.Iter() {
		if err != nil {
			t.Fatal(err)
		}
		got, err := tensors.CopyFlatData[int32](b.Labels[0])
		if err != nil || len(b.Labels) != 1 || !slices.Equal(got, s.y) {
			t.Errorf("labels %v, want %v", got, s.y)
		}
		spec, ok := b.Spec.(mixgraph.Spec)
		if want := (mixgraph.Spec{Source: "source", Inputs: 1, Labels: 1}); !ok || spec != want {
			t.Errorf("spec %v, want %v", b.Spec, want)
		}
	}
	if !slices.Equal(probe.labels, s.y) {
		t.Errorf("the method saw labels %v, want %v", probe.labels, s.y)
	}
}

// probe is a method from outside package mix that remembers what it was given.
type probe struct{ labels []int32 }

func (p *probe) Draw(plan *mix.Plan, at mix.At) error {
	p.labels = slices.Clone(at.Labels)
	return mix.ERM{}.Draw(plan, at)
}

func (p *probe) String() string { return "probe" }

func TestSettleNeedsRecords(t *testing.T) {
	m, err := mix.Parse("mixup:1,settle=2", 0)
	if err != nil {
		t.Fatal(err)
	}
	ds, err := mixgraph.New(newSource("s", 4, 4, 1), m, 1, 0)
	if err != nil {
		t.Fatal(err)
	}
	plans(t, ds, -1)
	if err := firstError(ds); err == nil || !strings.Contains(err.Error(), "call Record") {
		t.Errorf("error is %v", err)
	}
	ds.Seek(1, 4)
	for e := range 4 {
		ds.Record(mix.EpochStats{Epoch: e, Phase: mix.PhaseOn, Loss: 1, Accuracy: math.NaN()})
		got := plans(t, ds, -1)[0]
		if off := slices.Equal(got, []int32{0, 1, 2, 3}); off != (e >= 2) {
			t.Errorf("after %d records partners are %v", e+1, got)
		}
	}
}

func firstError(ds train.Dataset) error {
	for _, err := range ds.Iter() {
		if err != nil {
			return err
		}
	}
	return nil
}

func TestDatasetErrors(t *testing.T) {
	second := mix.Mixup{Alpha: 1, Pairing: mix.Pairing{Second: true}}
	derangement := mix.Mixup{Alpha: 1, Pairing: mix.Pairing{Partners: mix.Derangement}}
	for _, c := range []struct {
		name   string
		method mix.Method
		source train.Dataset
		second train.Dataset
		want   string
	}{
		{"no second source", second, newSource("s", 8, 4, 1), nil, "set Second"},
		{"second source too short", second, newSource("s", 8, 4, 1), newSource("o", 4, 4, 2), `"o" ended before the first`},
		{"second source of other batches", second, newSource("s", 8, 4, 1), newSource("o", 8, 3, 2), "input 0 of the second batch"},
		{"second source fails", second, newSource("s", 8, 4, 1), failing{}, "disk on fire"},
		{"source fails", mix.ERM{}, failing{}, nil, "disk on fire"},
		{"last batch of one", derangement, newSource("s", 9, 4, 1), nil, "epoch 0, step 2: "},
		{"no inputs", mix.ERM{}, empty{}, nil, "no input with a batch axis"},
		{"needs the run's length", mix.LastOff{Method: mix.SamplePairing{}, Epochs: 1}, newSource("s", 8, 4, 1), nil, "number of epochs"},
	} {
		ds, err := mixgraph.New(c.source, c.method, 1, 0)
		if err != nil {
			t.Fatal(err)
		}
		ds.Second = c.second
		err = firstError(ds)
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: error is %v, want one line with %q", c.name, err, c.want)
		}
	}
	for name, err := range map[string]error{
		"no source":  second1(mixgraph.New(nil, mix.ERM{}, 1, 1)),
		"no method":  second1(mixgraph.New(newSource("s", 4, 4, 1), nil, 1, 1)),
		"bad method": second1(mixgraph.New(newSource("s", 4, 4, 1), mix.Mixup{Alpha: -1}, 1, 1)),
	} {
		if err == nil {
			t.Errorf("%s is accepted", name)
		}
	}
}

func second1(_ *mixgraph.Dataset, err error) error { return err }

type failing struct{}

func (failing) Name() string { return "failing" }

func (failing) Iter() iter.Seq2[train.Batch, error] {
	return func(yield func(train.Batch, error) bool) { yield(train.Batch{}, errors.New("disk on fire")) }
}

type empty struct{}

func (empty) Name() string { return "empty" }

func (empty) Iter() iter.Seq2[train.Batch, error] {
	return func(yield func(train.Batch, error) bool) { yield(train.Batch{}, nil) }
}
