package train

import (
	"context"
	"errors"
	"github.com/vicinal-ml/vicinal/measure"
	"github.com/vicinal-ml/vicinal/train/internal/rundir"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/gomlx/gomlx/core/tensors"
)

// TestNotFinite measures networks and samples that give a logit that is not
// finite: no hit and no miss, but an error that names the sample.
func TestNotFinite(t *testing.T) {
	spec := quickSpec()
	spec.Model, spec.Epochs = "mlp:8", 1
	set := smallSet(t, spec)
	dir := t.TempDir()
	mustRun(t, set, spec, dir, Hooks{})
	test := set.Test.(memory)
	for _, bad := range []float32{float32(math.NaN()), float32(math.Inf(1)), float32(math.Inf(-1))} {
		for class := range int32(10) {
			m, err := Open(backendFor(t), dir, Last)
			if err != nil {
				t.Fatal(err)
			}
			defer m.Close()
			values := make([]float32, 10)
			values[class] = bad
			if err := m.store.GetVariable("/model/logits/bias").SetValue(tensors.FromFlatDataAndDimensions(values, 10)); err != nil {
				t.Fatal(err)
			}
			_, err = m.Evaluate(context.Background(), measure.Test, test, nil)
			if notFinite, ok := errors.AsType[*NotFiniteError](err); !ok || notFinite.Sample != 0 {
				t.Errorf("a logit of class %d is %v: %v", class, bad, err)
			}
			if _, err := m.Predict(test.x, test.Len()); err == nil && bad != float32(math.Inf(-1)) {
				t.Errorf("predicted with a logit of class %d that is %v", class, bad)
			}
		}
	}
	m, err := Open(backendFor(t), dir, Last)
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	broken := memory{x: slices.Clone(test.x), labels: test.labels}
	for i := range 64 {
		broken.x[17*64+i] = float32(math.Inf(1))
	}
	_, err = m.Evaluate(context.Background(), measure.Test, broken, nil)
	if notFinite, ok := errors.AsType[*NotFiniteError](err); !ok || notFinite.Sample != 17 || !strings.Contains(err.Error(), "sample 17") {
		t.Errorf("sample 17 is infinite: %v", err)
	}
}

// TestRunNotFinite tells the part and the sample of an evaluation that a run
// does itself.
func TestRunNotFinite(t *testing.T) {
	spec := quickSpec()
	spec.Model, spec.EvalEvery = "mlp:8", 1
	set := smallSet(t, spec)
	test := set.Test.(memory)
	for i := range 64 {
		test.x[5*64+i] = float32(math.Inf(1))
	}
	dir := t.TempDir()
	_, err := Run(context.Background(), backendFor(t), set, spec, dir, Hooks{})
	if !errors.Is(err, ErrDiverged) || !strings.Contains(err.Error(), "the loss of sample 5 (from 0) of the test part") || !strings.Contains(err.Error(), "in epoch 1 at step") {
		t.Errorf("%v", err)
	}
	if all := metricsOf(t, dir); len(all) != 1 || !all[0].Diverged || all[0].Epoch != 1 {
		t.Errorf("%+v", all)
	}
}

// TestUnsoundCheckpoint refuses values that no checkpoint is written with.
func TestUnsoundCheckpoint(t *testing.T) {
	spec := quickSpec()
	spec.Epochs = 2
	set := smallSet(t, spec)
	dir := t.TempDir()
	if err := interruptAt(t, set, spec, dir, 5); !errors.Is(err, ErrInterrupted) {
		t.Fatal(err)
	}
	path := filepath.Join(dir, rundir.LastFile)
	whole := mustRead(t, path)
	for _, c := range []struct {
		tensor string
		value  float32
		want   string
	}{
		{"/model/norm1/variance", -1e-9, "tensor /model/norm1/variance holds -1e-09: a variance is not negative"},
		{"/model/norm1/variance", float32(math.NaN()), "tensor /model/norm1/variance holds NaN"},
		{"/model/logits/kernel", float32(math.Inf(1)), "tensor /model/logits/kernel holds +Inf"},
		{"/optimizer/momentum/model/logits/bias", float32(math.NaN()), "tensor /optimizer/momentum/model/logits/bias holds NaN"},
	} {
		at := slices.IndexFunc(whole.Tensors, func(e entry) bool { return e.Path == c.tensor })
		if at < 0 {
			t.Fatalf("there is no tensor %s in %v", c.tensor, whole.Tensors)
		}
		was := whole.values[at][0]
		whole.values[at][0] = c.value
		if err := whole.write(path, nil); err != nil {
			t.Fatal(err)
		}
		whole.values[at][0] = was
		if _, err := Load(dir, Last); !errors.Is(err, ErrDamaged) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("loading: %v, want %s", err, c.want)
		}
		if _, err := Run(context.Background(), backendFor(t), set, spec, dir, Hooks{}); !errors.Is(err, ErrDamaged) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("resuming: %v, want %s", err, c.want)
		}
	}
}

// TestDivergedAtTheEnd diverges in the last step, which no later one sees: the
// epoch, the step and the learning rate are those of that step.
func TestDivergedAtTheEnd(t *testing.T) {
	spec := quickSpec()
	spec.Model, spec.Epochs, spec.EvalEvery = "mlp:8", 3, 1
	set := smallSet(t, spec)
	resolved, err := spec.Resolve()
	if err != nil {
		t.Fatal(err)
	}
	f, err := openFolder(t.TempDir(), resolved)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	u, err := Runner{Backend: backendFor(t), Set: set, Spec: resolved, Dir: f.Path}.start(context.Background(), resolved, f)
	if err != nil {
		t.Fatal(err)
	}
	defer u.close()
	for range 3 {
		u.hooks.Epoch = func(e EpochInfo) {
			if e.Epoch == 3 {
				v := u.store.GetVariable("/optimizer/momentum/model/logits/bias")
				values := make([]float32, 10)
				values[3] = float32(math.Inf(-1))
				if err := v.SetValue(tensors.FromFlatDataAndDimensions(values, 10)); err != nil {
					t.Fatal(err)
				}
			}
		}
		err = u.epoch(context.Background())
	}
	steps := int64(u.loader.Steps())
	all := metricsOf(t, f.Path)
	last, before := all[len(all)-1], all[len(all)-2]
	if !errors.Is(err, ErrDiverged) || !strings.Contains(err.Error(), "a value of variable /optimizer/momentum/model/logits/bias is -Inf in epoch 3 at step") {
		t.Errorf("%v", err)
	}
	if !last.Diverged || last.Epoch != 3 || last.Step != 3*steps || last.LearningRate != before.LearningRate || last.LearningRate == 0 || before.Epoch != 3 {
		t.Errorf("%+v after %+v", last, before)
	}
}
