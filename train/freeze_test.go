package train

import (
	"slices"
	"strings"
	"testing"

	"github.com/vicinal-ml/vicinal/train/internal/rundir"
)

// TestFreeze compares the variables of runs with those that no freezing has
// touched: the same until the epoch, then the same as then.
func TestFreeze(t *testing.T) {
	spec := quickSpec()
	spec.Model, spec.Epochs, spec.Keep = "mlp:8,6", 3, 10
	for name, optimizer := range map[string]Optimizer{
		"sgd":   {Name: OptimizerSGD, Momentum: 0.9, Nesterov: true, WeightDecay: 0.01, ClipNorm: 0.1},
		"adamw": {Name: OptimizerAdamW, WeightDecay: 0.1},
	} {
		spec.Optimizer = optimizer
		free := spec
		spec := spec
		spec.Freeze = []Freeze{{"hidden2", 1}, {"*/bias", 2}}
		set := smallSet(t, spec)
		steps := int64((set.Train.Len() + spec.Batch - 1) / spec.Batch)
		at := func(spec Spec, step int64) map[string][]float32 {
			dir := t.TempDir()
			if err := interruptAt(t, set, spec, dir, step); err == nil {
				t.Fatalf("%s: the run ended before step %d", name, step)
			}
			c := mustRead(t, dir, rundir.LastFile)
			values := map[string][]float32{}
			for i, e := range c.Tensors {
				values[e.Path] = c.values[i]
			}
			return values
		}
		first, second, late := at(spec, steps), at(spec, 2*steps), at(spec, 3*steps-1)
		for path, value := range at(free, steps) {
			if !slices.Equal(value, first[path]) {
				t.Errorf("%s: %s differs in the first epoch, when all are trained", name, path)
			}
		}
		for path := range first {
			inHidden2, isBias := strings.Contains(path, "/hidden2/"), strings.HasSuffix(path, "/bias")
			if stands := slices.Equal(first[path], second[path]); stands != inHidden2 {
				t.Errorf("%s: %s stands still in the second epoch: %t", name, path, stands)
			}
			if stands := slices.Equal(second[path], late[path]); stands != (inHidden2 || isBias) {
				t.Errorf("%s: %s stands still in the third epoch: %t", name, path, stands)
			}
		}
	}
}

func TestFreezeRefuses(t *testing.T) {
	for want, freeze := range map[string]Freeze{
		"is no pattern of parameters":                       {"[", 1},
		`freeze: "" is no pattern`:                          {"", 1},
		"hidden1/bias after -1 epochs":                      {"hidden1/bias", -1},
		"no trained parameter of mlp:8 matches \"hidden9\"": {"hidden9", 1},
	} {
		spec := quickSpec()
		spec.Model, spec.Freeze = "mlp:8", []Freeze{freeze}
		if _, err := spec.Resolve(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: %v, want %q", freeze, err, want)
		}
	}
	whitening := quickSpec()
	whitening.Model, whitening.Freeze = "airbench:width=2,depth=1", []Freeze{{"whiten/kernel", 0}}
	if _, err := whitening.Resolve(); err == nil {
		t.Error("a kernel that is never trained was frozen")
	}
}
