package train

import (
	"context"
	"errors"
	"io/fs"
	"math"
	"testing"

	"github.com/gomlx/gomlx/core/tensors"

	"github.com/vicinal-ml/vicinal/train/internal/rundir"
)

// TestSaveRefusesWhatIsNotFinite spoils a weight behind the loss's back.
func TestSaveRefusesWhatIsNotFinite(t *testing.T) {
	for _, bad := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		spec, err := quickSpec().Resolve()
		if err != nil {
			t.Fatal(err)
		}
		f, err := openFolder(t.TempDir(), spec)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		u, err := Runner{Backend: backendFor(t), Set: smallSet(t, spec), Spec: spec, Dir: f.Path}.start(context.Background(), spec, f)
		if err != nil {
			t.Fatal(err)
		}
		defer u.close()
		v := u.store.GetVariable("/model/logits/bias")
		values := make([]float32, 10)
		values[9] = float32(bad)
		if err := v.SetValue(tensors.FromFlatDataAndDimensions(values, 10)); err != nil {
			t.Fatal(err)
		}
		if err := u.save(); !errors.Is(err, ErrDiverged) {
			t.Errorf("a weight of %v was saved: %v", bad, err)
		}
		if _, err := readCheckpoint(f.File(rundir.LastFile)); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("a checkpoint was written: %v", err)
		}
	}
}
