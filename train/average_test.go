package train

import (
	"math"
	"slices"
	"testing"

	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"github.com/vicinal-ml/vicinal/train/internal/rundir"
)

// TestAverage follows a weight and a running mean as PyTorch's AveragedModel
// does.
func TestAverage(t *testing.T) {
	p := readPyTorch(t).Average
	average := Average{Decay: 0.35, Every: 1}
	store := model.NewStore()
	create := func(path string, value float64, trainable bool) {
		t.Helper()
		for _, path := range []string{"/model/" + path, "/average/" + path} {
			v, err := store.CreateVariable(path, tensors.FromFlatDataAndDimensions([]float64{value}, 1))
			if err != nil {
				t.Fatal(err)
			}
			v.SetTrainable(trainable)
		}
	}
	create("norm/scale", 1, true)
	create("norm/mean", 0, false)
	a, err := newAverager(backendFor(t), store, average)
	if err != nil {
		t.Fatal(err)
	}
	defer a.exec.Finalize()
	for k, values := range p.Values {
		for i, path := range []string{"norm/scale", "norm/mean"} {
			if err := store.GetVariable("/model/" + path).SetValue(tensors.FromFlatDataAndDimensions([]float64{values[i]}, 1)); err != nil {
				t.Fatal(err)
			}
		}
		decay, now := average.DecayAt(int64(k+1), 100)
		if !now {
			t.Fatalf("no update after step %d", k+1)
		}
		if err := a.update(decay); err != nil {
			t.Fatal(err)
		}
		for i, path := range []string{"norm/scale", "norm/mean"} {
			if got, want := copied(t, store.GetVariable("/average/"+path))[0], p.Averages[k][i]; math.Abs(got-want) > 1e-6 {
				t.Errorf("%s after step %d: %v, want %v", path, k+1, got, want)
			}
			if got := copied(t, store.GetVariable("/model/"+path))[0]; got != values[i] {
				t.Errorf("%s of the network moved from %v to %v", path, values[i], got)
			}
		}
	}
}

func TestDecayAt(t *testing.T) {
	ramp := Average{Decay: 0.5, Every: 5, Ramp: 3, Lookahead: true}
	tests := []struct {
		average     Average
		step, total int64
		want        float64
		now         bool
	}{
		{Average{}, 5, 10, 0, false},
		{Average{Decay: 0.9, Every: 1}, 1, 10, 2. / 11, true},
		{Average{Decay: 0.9, Every: 1}, 1000, 1000, 0.9, true},
		{Average{Decay: 0.9, Every: 4}, 8, 100, 3. / 12, true},
		{Average{Decay: 0.9, Every: 4}, 9, 100, 0, false},
		{ramp, 4, 20, 0, false},
		{ramp, 10, 20, 0.0625, true},
		{ramp, 20, 20, 1, true}, // the average replaces the network
		{ramp, 23, 23, 1, true},
		{Average{Decay: 0.5, Every: 5, Ramp: 3}, 23, 23, 0, false},
	}
	for _, test := range tests {
		if got, now := test.average.DecayAt(test.step, test.total); math.Abs(got-test.want) > 1e-12 || now != test.now {
			t.Errorf("%+v after step %d of %d: %v, %t; want %v, %t", test.average, test.step, test.total, got, now, test.want, test.now)
		}
	}
}

// TestAverageIsEvaluated trains with an average beside the network, and with
// one that the network follows.
func TestAverageIsEvaluated(t *testing.T) {
	spec := quickSpec()
	spec.EvalEvery = 1
	set := smallSet(t, spec)
	plain, averaged, ahead := t.TempDir(), t.TempDir(), t.TempDir()
	mustRun(t, set, spec, plain, Hooks{})
	spec.Average = Average{Decay: 0.9}
	mustRun(t, set, spec, averaged, Hooks{})
	a, b := mustRead(t, plain, rundir.LastFile), mustRead(t, averaged, rundir.LastFile)
	of := func(c *checkpoint, path string) []float32 {
		i := slices.IndexFunc(c.Tensors, func(e entry) bool { return e.Path == path })
		if i < 0 {
			t.Fatalf("no variable %s", path)
		}
		return c.values[i]
	}
	const kernel, mean = "conv1/kernel", "norm1/mean"
	for _, path := range []string{kernel, mean} {
		if !sameBits(of(a, "/model/"+path), of(b, "/model/"+path)) {
			t.Errorf("%s: an average beside the network changes its training", path)
		}
		if sameBits(of(b, "/model/"+path), of(b, "/average/"+path)) {
			t.Errorf("%s is its own average", path)
		}
	}
	if metricsOf(t, plain)[3].Of("test_loss") == metricsOf(t, averaged)[3].Of("test_loss") {
		t.Error("the average is not what is evaluated")
	}

	// The model of the folder predicts as the run was evaluated.
	opened, err := Open(backendFor(t), averaged, Last)
	if err != nil {
		t.Fatal(err)
	}
	defer opened.Close()
	test := set.Test.(memory)
	probabilities, err := opened.Predict(test.x, test.Len())
	if err != nil {
		t.Fatal(err)
	}
	loss := 0.0
	for i, label := range test.labels {
		loss -= math.Log(float64(probabilities[10*i+int(label)])) / float64(test.Len())
	}
	if want := metricsOf(t, averaged)[3].Of("test_loss"); math.Abs(loss-want) > 1e-5 {
		t.Errorf("the opened model has a test loss of %v, the run had %v", loss, want)
	}

	spec.Average = Average{Decay: 0.9, Every: 3, Lookahead: true}
	mustRun(t, set, spec, ahead, Hooks{})
	c := mustRead(t, ahead, rundir.LastFile)
	for _, path := range []string{kernel, mean} {
		if !sameBits(of(c, "/model/"+path), of(c, "/average/"+path)) {
			t.Errorf("%s is not its average after the last step", path)
		}
		if sameBits(of(a, "/model/"+path), of(c, "/model/"+path)) {
			t.Errorf("%s: looking ahead changes nothing", path)
		}
	}
}
