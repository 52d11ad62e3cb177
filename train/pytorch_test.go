package train

import (
	"encoding/json"
	"github.com/vicinal-ml/vicinal/task"
	"maps"
	"math"
	"slices"
	"testing"

	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"github.com/vicinal-ml/vicinal/zoo"
)

// pytorch is what PyTorch computed: testdata/pytorch.py.
type pytorch struct {
	Updates   map[string]map[string][]float64 `json:"updates"` // variables after the last step
	OneCycle  map[string][]float64            `json:"one_cycle"`
	Smoothing struct {
		Logits, Targets, Gradient [][]float64
		Loss                      float64
	} `json:"smoothing"`
	Weighting struct {
		Weights, Shares []float64
		Logits          [][]float64
		Labels, Others  []int32
		Hard, Mixed     weighted
		HardSmoothed    weighted `json:"hard_smoothed"`
	} `json:"weighting"`
	Average struct {
		Values, Averages [][2]float64 // a weight and a running mean
	} `json:"average"`
	Evaluation struct {
		Logits      [][]float64
		Labels      []int32
		Loss, Error float64
		Top5Error   float64 `json:"top5_error"`
		ECE         float64
	} `json:"evaluation"`
}

type weighted struct {
	Loss     float64
	Gradient [][]float64
}

func readPyTorch(t *testing.T) pytorch {
	t.Helper()
	var p pytorch
	if err := json.Unmarshal([]byte(readFile(t, "testdata/pytorch.json")), &p); err != nil {
		t.Fatal(err)
	}
	return p
}

// TestUpdates takes eight steps of each optimiser with a falling learning rate.
func TestUpdates(t *testing.T) {
	sgd := Optimizer{Name: OptimizerSGD, LearningRate: 0.1, Momentum: 0.9, WeightDecay: 0.1}
	with := func(o Optimizer, change func(*Optimizer)) Optimizer { change(&o); return o }
	nesterov := with(sgd, func(o *Optimizer) { o.Nesterov = true })
	adamw := Optimizer{Name: OptimizerAdamW, WeightDecay: 0.1}
	optimizers := map[string]Optimizer{
		"sgd":                    {Name: OptimizerSGD},
		"momentum, decay":        sgd,
		"nesterov, decay":        nesterov,
		"nesterov, decay, clip":  with(nesterov, func(o *Optimizer) { o.ClipNorm = 1.5 }),
		"nesterov, kernels only": with(nesterov, func(o *Optimizer) { o.DecayKernelsOnly = true }),
		"nesterov, norm biases":  with(nesterov, func(o *Optimizer) { o.NormBiasFactor = 8 }),
		"adam":                   {Name: OptimizerAdam},
		"adam, decay":            {Name: OptimizerAdam, WeightDecay: 0.1},
		"adamw, decay":           adamw,
		"adamw, decay, clip":     with(adamw, func(o *Optimizer) { o.ClipNorm = 1.5 }),
		"adamw, kernels only":    with(adamw, func(o *Optimizer) { o.DecayKernelsOnly = true }),
	}
	want := readPyTorch(t).Updates
	if a, b := slices.Sorted(maps.Keys(want)), slices.Sorted(maps.Keys(optimizers)); !slices.Equal(a, b) {
		t.Fatalf("PyTorch computed %q, the test %q", a, b)
	}
	for name, optimizer := range optimizers {
		t.Run(name, func(t *testing.T) {
			for path, got := range eightSteps(t, optimizer) {
				for i, w := range want[name][path] {
					// The rate and Adam's corrections are fed in float32.
					if math.Abs(got[i]-w) > 1e-6 {
						t.Errorf("%s[%d]: %v, want %v", path, i, got[i], w)
					}
				}
			}
		})
	}
}

// eightSteps minimises half the sum of curvature times square, and a quarter
// of the squared sum of all, from where the script begins.
func eightSteps(t *testing.T, optimizer Optimizer) map[string][]float64 {
	t.Helper()
	start := map[string][]float64{"layer/kernel": {1, -2, 0.5}, "layer/bias": {0.25, -0.75}, "norm/scale": {1, 1.5}, "norm/offset": {-0.5, 2}}
	curvature := map[string][]float64{"layer/kernel": {1, 3, 0.25}, "layer/bias": {2, 0.5}, "norm/scale": {1.5, 0.1}, "norm/offset": {0.7, 1.1}}
	roles := map[string]zoo.Role{"layer/kernel": zoo.Weight, "layer/bias": zoo.Bias, "norm/scale": zoo.Scale, "norm/offset": zoo.Offset}
	paths := slices.Sorted(maps.Keys(start))
	store, network := model.NewStore(), &zoo.Network{}
	for _, path := range paths {
		network.Variables = append(network.Variables, zoo.Variable{Path: path, Role: roles[path], Trainable: true})
		if _, err := store.CreateVariable("/model/"+path, tensors.FromFlatDataAndDimensions(slices.Clone(start[path]), len(start[path]))); err != nil {
			t.Fatal(err)
		}
	}
	if err := optimizer.initialize(store, network); err != nil {
		t.Fatal(err)
	}
	exec, err := model.NewExec(backendFor(t), store, func(scope *model.Scope, values *graph.Node) *graph.Node {
		scope.SetTraining(values.Graph(), true)
		var own, sum *graph.Node
		var nodes []*graph.Node
		add := func(to, x *graph.Node) *graph.Node {
			if to == nil {
				return x
			}
			return graph.Add(to, x)
		}
		for _, path := range paths {
			w := store.GetVariable("/model/" + path).NodeValue(values)
			nodes = append(nodes, w)
			own = add(own, graph.ReduceAllSum(graph.Mul(graph.Const(values.Graph(), curvature[path]), graph.Square(w))))
			sum = add(sum, graph.ReduceAllSum(w))
		}
		loss := graph.Add(graph.MulScalar(own, 0.5), graph.MulScalar(graph.Square(sum), 0.25))
		parameters := trainable(store, network)
		for i, gradient := range optimizer.clip(graph.Gradient(loss, nodes...)) {
			optimizer.update(store, parameters[i], gradient, values)
		}
		return loss
	})
	if err != nil {
		t.Fatal(err)
	}
	defer exec.Finalize()
	for k := range 8 {
		if _, err := exec.Call(tensors.FromFlatDataAndDimensions(stepValues(0.1/float64(k+1), int64(k)), stepInputs)); err != nil {
			t.Fatal(err)
		}
	}
	reached := make(map[string][]float64)
	for _, path := range paths {
		reached[path] = copied(t, store.GetVariable("/model/"+path))
	}
	return reached
}

func TestOneCycle(t *testing.T) {
	for name, test := range map[string]struct {
		epochs int // of 4 steps
		Optimizer
	}{
		"default": {10, Optimizer{}},
		"linear":  {10, Optimizer{PeakAt: 0.25, StartFactor: 0.2, FinalFactor: 0.1, Anneal: AnnealLinear}},
		"short":   {1, Optimizer{PeakAt: 0.5}},
	} {
		test.Name, test.LearningRate, test.Schedule = OptimizerSGD, 2, ScheduleOneCycle
		o, err := test.resolve(test.epochs)
		if err != nil {
			t.Fatal(err)
		}
		want := readPyTorch(t).OneCycle[name]
		if len(want) != 4*test.epochs {
			t.Fatalf("%s: PyTorch computed %d rates", name, len(want))
		}
		for step, w := range want {
			if got := o.Rate(int64(step), 4, test.epochs); math.Abs(got-w) > 1e-12 {
				t.Errorf("%s, step %d: %v, want %v", name, step, got, w)
			}
		}
	}
}

// TestRatesOfShortRuns has schedules of one step and of two.
func TestRatesOfShortRuns(t *testing.T) {
	for _, schedule := range Schedules() {
		o := Optimizer{Name: OptimizerSGD, LearningRate: 2, Schedule: schedule}
		switch schedule {
		case ScheduleStep:
			o.Drops = []int{1}
		case ScheduleLinear:
			o.Points = []Point{{0, 0.5}, {1, 1}}
		}
		o, err := o.resolve(2)
		if err != nil {
			t.Fatal(err)
		}
		for steps := range 3 {
			for step := range steps {
				if rate := o.Rate(int64(step), 1, steps); !(rate > 0 && rate <= 2) {
					t.Errorf("%s: step %d of %d has the rate %v", schedule, step, steps, rate)
				}
			}
		}
	}
}

func TestSmoothing(t *testing.T) {
	p := readPyTorch(t).Smoothing
	outputs, err := graph.CallOnceN(backendFor(t), func(z, y *graph.Node) []*graph.Node {
		loss := classifier(t, z.Shape().Dimensions[1], task.Options{Smoothing: 0.2}).Loss(z, y)
		return []*graph.Node{loss, graph.Gradient(loss, z)[0]}
	}, tensors.FromValue(p.Logits), tensors.FromValue(p.Targets))
	if err != nil {
		t.Fatal(err)
	}
	if got := tensors.ToScalar[float64](outputs[0]); math.Abs(got-p.Loss) > 1e-12 {
		t.Errorf("loss %v, want %v", got, p.Loss)
	}
	for i, row := range outputs[1].Value().([][]float64) {
		for k, got := range row {
			if math.Abs(got-p.Gradient[i][k]) > 1e-12 {
				t.Errorf("gradient %d of sample %d: %v, want %v", k, i, got, p.Gradient[i][k])
			}
		}
	}
}

// TestClassWeights compares losses and gradients of weighted classes with
// PyTorch's: of plain labels, smoothed or not, and of mixed ones.
func TestClassWeights(t *testing.T) {
	p := readPyTorch(t).Weighting
	for name, test := range map[string]struct {
		want      weighted
		smoothing float64
		shares    []float64
	}{
		"hard":          {p.Hard, 0, []float64{1, 1, 1}},
		"hard smoothed": {p.HardSmoothed, 0.2, []float64{1, 1, 1}},
		"mixed":         {p.Mixed, 0, p.Shares},
	} {
		targets := make([][]float64, len(p.Labels))
		for i, label := range p.Labels {
			targets[i] = make([]float64, len(p.Weights))
			targets[i][label] += test.shares[i]
			targets[i][p.Others[i]] += 1 - test.shares[i]
		}
		outputs, err := graph.CallOnceN(backendFor(t), func(z, y *graph.Node) []*graph.Node {
			loss := classifier(t, len(p.Weights), task.Options{Smoothing: test.smoothing, ClassWeights: p.Weights}).Loss(z, y)
			return []*graph.Node{loss, graph.Gradient(loss, z)[0]}
		}, tensors.FromValue(p.Logits), tensors.FromValue(targets))
		if err != nil {
			t.Fatal(err)
		}
		if got := tensors.ToScalar[float64](outputs[0]); math.Abs(got-test.want.Loss) > 1e-12 {
			t.Errorf("%s: loss %v, want %v", name, got, test.want.Loss)
		}
		for i, row := range outputs[1].Value().([][]float64) {
			for k, got := range row {
				if math.Abs(got-test.want.Gradient[i][k]) > 1e-12 {
					t.Errorf("%s: gradient %d of sample %d: %v, want %v", name, k, i, got, test.want.Gradient[i][k])
				}
			}
		}
	}
}
