package train

import (
	"fmt"
	"github.com/vicinal-ml/vicinal/measure"
	"github.com/vicinal-ml/vicinal/task"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"github.com/vicinal-ml/vicinal/data"
	"github.com/vicinal-ml/vicinal/mix"
	"github.com/vicinal-ml/vicinal/mix/mixgraph"
	"github.com/vicinal-ml/vicinal/stream"
	"github.com/vicinal-ml/vicinal/zoo"
)

// TestStepGradient takes one step of plain gradient descent at rate 1, in
// float64, and compares what it took off each weight with the central
// difference of the loss: network, mixing, loss and update at once.
func TestStepGradient(t *testing.T) {
	const n, classes = 5, 3
	shape := []int{4, 4, 2}
	for _, spec := range []string{"cnn:width=2", "mlp:4"} {
		for _, mixing := range []string{"mixup:1,per=sample", "mixup:1,per=sample,second", "cutmix:1,per=sample,second", "mixup:1,per=sample,at=hidden"} {
			t.Run(spec+"/"+mixing, func(t *testing.T) {
				network, err := zoo.New(spec, shape, classes)
				if err != nil {
					t.Fatal(err)
				}
				method, err := mix.Parse(mixing, 1)
				if err != nil {
					t.Fatal(err)
				}
				second := mix.UsesSecond(method)
				labels, other := []int32{0, 1, 2, 1, 0}, []int32{2, 2, 1, 0, 1}
				var plan mix.Plan
				at := mix.At{Seed: 3, Epochs: 1, N: n, Labels: labels, Height: shape[0], Width: shape[1], Blocks: len(network.Blocks)}
				for {
					if err := method.Draw(&plan, at); err != nil {
						t.Fatal(err)
					}
					if !mix.UsesDepth(method) || plan.Depth == at.Blocks {
						break
					}
					at.Step++
				}
				x, otherX := normals("x", n*sizeOf(shape)), normals("other", n*sizeOf(shape))
				partner, input, target := mixgraph.Tensors(&plan)
				dims := append([]int{n}, shape...)

				// step returns the loss at the weights, which it then moves.
				step := func(store *model.Store) float64 {
					t.Helper()
					s, err := newStepper(backendFor(t), store, network, classifier(t, network.Classes, task.Options{}), infoOf(network.Shape, network.Classes), Spec{Optimizer: Optimizer{Name: OptimizerSGD}}, method)
					if err != nil {
						t.Fatal(err)
					}
					defer s.close()
					args := []any{tensors.FromFlatDataAndDimensions(x, dims...), tensors.FromFlatDataAndDimensions(labels, n),
						partner, input, target, tensors.FromFlatDataAndDimensions(stepValues(1, 0), stepInputs)}
					if second {
						args = append(args, tensors.FromFlatDataAndDimensions(otherX, dims...), tensors.FromFlatDataAndDimensions(other, n))
					}
					if mix.UsesRegion(method) {
						args = append(args, mixgraph.RegionTensor(&plan))
					}
					for i, a := range args {
						// Tensors belong to one backend.
						if args[i], err = a.(*tensors.Tensor).LocalClone(); err != nil {
							t.Fatal(err)
						}
					}
					exec, err := s.exec(plan.Depth)
					if err != nil {
						t.Fatal(err)
					}
					outputs, err := exec.Call(args...)
					if err != nil {
						t.Fatal(err)
					}
					return tensors.ToScalar[float64](outputs[0])
				}
				fresh := func(change string, index int, by float64) *model.Store {
					t.Helper()
					store := model.NewStore()
					if err := network.Initialize(store.Scope(modelScope), 5, dtypes.Float64); err != nil {
						t.Fatal(err)
					}
					if change != "" {
						v := store.GetVariable(change)
						values := copied(t, v)
						values[index] += by
						if err := v.SetValue(tensors.FromFlatDataAndDimensions(values, v.Shape().Dimensions...)); err != nil {
							t.Fatal(err)
						}
					}
					return store
				}
				before, after := fresh("", 0, 0), fresh("", 0, 0)
				step(after)
				checked := 0
				for _, v := range trainable(before, network) {
					old, moved := copied(t, v.Variable), copied(t, after.GetVariable(v.Path()))
					for i := range old {
						if i > 8 && i < len(old)-2 {
							continue // a graph is compiled for each
						}
						const h = 1e-5
						want := (step(fresh(v.Path(), i, h)) - step(fresh(v.Path(), i, -h))) / (2 * h)
						if got := old[i] - moved[i]; math.Abs(got-want) > 1e-7*(1+math.Abs(want)) {
							t.Errorf("%s[%d]: the step took off %v, the central difference is %v", v.Path(), i, got, want)
						}
						checked++
					}
				}
				if checked < 20 {
					t.Errorf("only %d weights checked", checked)
				}
			})
		}
	}
}

func normals(name string, n int) []float64 {
	random := stream.New(1, name).At(0, 0)
	values := make([]float64, n)
	for i := range values {
		values[i] = random.NormFloat64()
	}
	return values
}

func copied(t *testing.T, v *model.Variable) []float64 {
	t.Helper()
	values, err := tensors.CopyFlatData[float64](v.MustValue())
	if err != nil {
		t.Fatal(err)
	}
	return values
}

// TestSameBits trains with different numbers of threads and ways to schedule
// operations.
func TestSameBits(t *testing.T) {
	small := quickSpec()
	small.Model, small.Method, small.Epochs = "cnn:width=16", "mixup:1,per=sample", 2
	residual := small
	residual.Model, residual.Batch, residual.Epochs = "preactresnet18:width=16", 12, 1
	images := smallImages(t)
	for _, family := range []struct {
		name    string
		spec    Spec
		set     *data.Set
		configs []string
	}{
		{"go", small, smallSet(t, small), []string{"go", "go:ops_sequential", "go:ops_parallel"}},
		// Here the number of threads decides how sums are split.
		{"onednn", small, smallSet(t, small), []string{"onednn:deterministic"}},
		{"onednn, one thread", small, smallSet(t, small), []string{"onednn:deterministic,threads=1"}},
		{"onednn, residual", residual, images, []string{"onednn:deterministic,threads=3"}},
	} {
		t.Run(family.name, func(t *testing.T) {
			if backend, err := Backend(family.configs[0]); err != nil {
				t.Skipf("the backend does not start: %v", err)
			} else {
				backend.Finalize()
			}
			whole := ""
			for _, config := range family.configs {
				for _, threads := range []int{1, 2, 4, 2} {
					dir := t.TempDir()
					withThreads(threads, func() {
						backend, err := Backend(config)
						if err != nil {
							t.Fatal(err)
						}
						defer backend.Finalize()
						if _, err := Run(t.Context(), backend, family.set, family.spec, dir, Hooks{}); err != nil {
							t.Fatal(err)
						}
					})
					if whole == "" {
						whole = dir
						continue
					}
					sameRun(t, whole, dir)
				}
			}
		})
	}
}

// smallImages is a set of 24 colour images to train on, and 12 for the rest.
func smallImages(t *testing.T) *data.Set {
	t.Helper()
	set := openSet(t, Spec{Data: "synthetic:3x16x16:3", TrainSize: 8, Validation: 12})
	set.Test = load(t, set, set.Test).first(12)
	return set
}

func TestBackendConfig(t *testing.T) {
	for _, test := range []struct {
		config, precision string
		threads           int
		want              string
	}{
		{"go", "", 4, "go"},
		{"go:ops_parallel", PrecisionFloat32, 1, "go:ops_parallel"},
		{"", "", 0, DefaultBackend()},
		{"onednn", "", 0, "onednn"},
		{"onednn:deterministic", "", 2, "onednn:deterministic,threads=2"},
		{"onednn:threads=3", "", 2, "onednn:threads=3"},
		{"onednn", PrecisionMixed, 0, "onednn:mixed"},
		{"onednn:mixed", "bf16", 0, "onednn:mixed"},
		{"onednn:deterministic", PrecisionMixed, 1, "onednn:deterministic,mixed,threads=1"},
	} {
		if got, err := BackendConfig(test.config, test.precision, test.threads); err != nil || got != test.want {
			t.Errorf("%+v: %q, %v", test, got, err)
		}
	}
	if _, err := BackendConfig("go", PrecisionMixed, 1); err == nil || !strings.Contains(err.Error(), "float32 only") {
		t.Errorf("mixed on the Go backend: %v", err)
	}
}

// TestPrecision trains in mixed precision, and refuses backends of another.
func TestPrecision(t *testing.T) {
	backends := map[string]compute.Backend{}
	for _, config := range []string{"go", "onednn:deterministic", "onednn:deterministic,mixed"} {
		backend, err := Backend(config)
		if err != nil {
			t.Skipf("the backend does not start: %v", err)
		}
		t.Cleanup(backend.Finalize)
		backends[config] = backend
	}
	spec := quickSpec()
	spec.Model, spec.Batch, spec.Epochs, spec.EvalEvery = "preactresnet18:width=16", 12, 2, 2
	set := smallImages(t)
	losses, made := map[string]float64{}, ""
	for config, precision := range map[string]string{"onednn:deterministic": PrecisionFloat32, "onednn:deterministic,mixed": "bf16"} {
		spec.Precision = precision
		dir := t.TempDir()
		result, err := Run(t.Context(), backends[config], set, spec, dir, Hooks{})
		if err != nil {
			t.Fatal(err)
		}
		losses[config] = *metricsOf(t, dir)[1].Loss
		if made = result.Versions.Backend; !strings.HasPrefix(made, "onednn:threads=") || !strings.Contains(made, strings.TrimPrefix(config, "onednn:")+" (oneDNN ") {
			t.Errorf("computed by %q", result.Versions.Backend)
		}
	}
	single, mixed := losses["onednn:deterministic"], losses["onednn:deterministic,mixed"]
	// With AVX2 alone oneDNN does not compute in bfloat16, and mixed is float32; with AVX-512's bfloat16 it does.
	equal := strings.HasSuffix(made, ", avx2)")
	differ := strings.Contains(made, "avx512_core_bf16") || strings.Contains(made, "amx")
	if equal && single != mixed || differ && single == mixed || math.Abs(single-mixed) > 0.05*single {
		t.Errorf("losses %v in float32 and %v in mixed precision, by %s", single, mixed, made)
	}
	for config, precision := range map[string]string{"go": PrecisionMixed, "onednn:deterministic": PrecisionMixed, "onednn:deterministic,mixed": PrecisionFloat32} {
		spec.Precision = precision
		if _, err := Run(t.Context(), backends[config], set, spec, t.TempDir(), Hooks{}); err == nil || !strings.Contains(err.Error(), "precision") || strings.Contains(err.Error(), "\n") {
			t.Errorf("precision %s on %s: %v", precision, config, err)
		}
	}
}

func TestBackendRefuses(t *testing.T) {
	for _, config := range []string{"gp", "go:sequential", "nothing:x"} {
		if b, err := Backend(config); err == nil {
			t.Errorf("%s gave %v", config, b)
		}
	}
}

// TestEvaluatorFollowsTraining evaluates with one evaluator while the weights
// and running statistics move.
func TestEvaluatorFollowsTraining(t *testing.T) {
	spec := quickSpec()
	set := smallSet(t, spec)
	network, err := zoo.New(spec.Model, set.Shape, 10)
	if err != nil {
		t.Fatal(err)
	}
	store := model.NewStore()
	if err := network.Initialize(store.Scope(modelScope), 1, dtypes.Float32); err != nil {
		t.Fatal(err)
	}
	backend := backendFor(t)
	newOne := func() *evaluator {
		e, err := newEvaluator(backend, store, modelScope, network, classifier(t, 10, task.Options{}), &set.Info, false, 16)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(e.close)
		return e
	}
	measure := func(e *evaluator) [3]float64 {
		judged, err := e.judge(t.Context(), set.Test, nil)
		if err != nil {
			t.Fatal(err)
		}
		got := task.Evaluate(classifier(t, 10, task.Options{}), measure.Test, judged)
		return [3]float64{got.Of("test_loss"), got.Of("test_error"), got.Of("test_ece")}
	}
	first := newOne()
	seen := [][3]float64{measure(first)}
	for _, path := range []string{"/model/conv1/kernel", "/model/norm2/mean", "/model/norm1/variance"} {
		v := store.GetVariable(path)
		values, err := tensors.CopyFlatData[float32](v.MustValue())
		if err != nil {
			t.Fatal(err)
		}
		for i := range values {
			values[i] = 2*values[i] + 0.5
		}
		if err := v.SetValue(tensors.FromFlatDataAndDimensions(values, v.Shape().Dimensions...)); err != nil {
			t.Fatal(err)
		}
		now := measure(first)
		if slices.Contains(seen, now) {
			t.Errorf("%s changed, the evaluation did not: %+v", path, now)
		}
		if again := measure(newOne()); again != now {
			t.Errorf("after %s changed: %+v, a new evaluator measures %+v", path, now, again)
		}
		seen = append(seen, now)
	}
	// 40 samples in batches of 16 are the same as one by one, within rounding.
	single := newOne()
	single.batch = 1
	want, got := measure(first), measure(single)
	if math.Abs(want[0]-got[0]) > 1e-5*want[0] || want[1] != got[1] {
		t.Errorf("one by one: %+v, in batches: %+v", got, want)
	}
}

func BenchmarkStep(b *testing.B) {
	for _, batch := range []int{32, 100} {
		for _, name := range []string{"cnn", "cnn:width=8", "cnn:width=32", "mlp"} {
			b.Run(fmt.Sprintf("%s/batch=%d", name, batch), func(b *testing.B) {
				network, err := zoo.New(name, []int{8, 8, 1}, 10)
				if err != nil {
					b.Fatal(err)
				}
				store := model.NewStore()
				if err := network.Initialize(store.Scope(modelScope), 1, dtypes.Float32); err != nil {
					b.Fatal(err)
				}
				optimizer := Optimizer{Name: OptimizerSGD, Momentum: 0.9, WeightDecay: 1e-4}
				if err := optimizer.initialize(store, network); err != nil {
					b.Fatal(err)
				}
				s, err := newStepper(backendFor(b), store, network, classifier(b, 10, task.Options{}), infoOf(network.Shape, 10), Spec{Optimizer: optimizer}, mix.ERM{})
				if err != nil {
					b.Fatal(err)
				}
				defer s.close()
				samples := &data.Batch{N: batch, X: make([]float32, batch*64), Labels: make([]int32, batch)}
				for i, v := range normals("x", len(samples.X)) {
					samples.X[i] = float32(v)
				}
				var plan mix.Plan
				method := mix.Mixup{Alpha: 1}
				for b.Loop() {
					if err := method.Draw(&plan, mix.At{Seed: 1, N: batch}); err != nil {
						b.Fatal(err)
					}
					if _, _, err := s.run(samples, nil, &plan, stepValues(0.01, 0), nil); err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric(float64(batch*b.N)/b.Elapsed().Seconds(), "images/s")
			})
		}
	}
}
