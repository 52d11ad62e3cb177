package train

import (
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/vicinal-ml/vicinal/train/internal/rundir"
)

// TestLoadMemory opens small files that name large things: nothing of the size
// they name is made.
func TestLoadMemory(t *testing.T) {
	const budget = 16 << 20
	wide := `model = "mlp:65536,65536,65536"`
	many := make([]string, 1<<10)
	for name, change := range map[string]func(c *checkpoint){
		"no tensors":             func(c *checkpoint) { c.Tensors, c.values = nil, nil },
		"a tensor of no values":  func(c *checkpoint) { c.Tensors[0].Dims = []int{0}; c.values[0] = nil },
		"samples of any size":    func(c *checkpoint) { c.Shape = []int{math.MaxInt32, math.MaxInt32, 3} },
		"samples that wrap to 0": func(c *checkpoint) { c.Shape = []int{1 << 32, 1 << 32} },
		"many classes":           func(c *checkpoint) { c.Classes = many },
		"a deep network":         func(c *checkpoint) { c.Spec = `model = "densenet:depth=100000000"` },
		"layers of its own":      func(c *checkpoint) { c.Spec = `model = "mlp:` + strings.Repeat("65536,", 1<<10) + `1"` },
		"an image of any size": func(c *checkpoint) {
			c.Shape, c.Spec = []int{1 << 15, 1 << 15, 1}, `model = "cnn:width=1024"`
		},
	} {
		t.Run(name, func(t *testing.T) {
			c := sample()
			c.Spec, c.Shape, c.Classes = wide, []int{2}, []string{"a", "b"}
			c.Tensors, c.values = []entry{{"/model/hidden1/kernel", []int{2, 2}}}, [][]float32{{1, 2, 3, 4}}
			change(c)
			path := filepath.Join(t.TempDir(), "hostile")
			if err := c.write(path, nil); err != nil {
				t.Fatal(err)
			}
			if info, err := os.Stat(path); err != nil || info.Size() > 16<<10 {
				t.Fatalf("%v, %v", info, err)
			}
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, err := Load(path, Last)
			runtime.ReadMemStats(&after)
			if err == nil {
				t.Error("it was opened")
			}
			if spent := after.TotalAlloc - before.TotalAlloc; spent > budget {
				t.Errorf("%d MiB were allocated, then: %v", spent>>20, err)
			}
			if _, err := Open(backendFor(t), path, Last); err == nil {
				t.Error("it was opened to predict")
			}
		})
	}
}

// TestLoadOtherNetwork names the variable that is missing or of another shape.
func TestLoadOtherNetwork(t *testing.T) {
	spec := quickSpec()
	spec.Model, spec.Epochs = "mlp:8", 1
	dir := t.TempDir()
	mustRun(t, smallSet(t, spec), spec, dir, Hooks{})
	path := filepath.Join(dir, rundir.LastFile)
	for _, c := range []struct {
		was, is string
		want    string
	}{
		{"mlp:8", "mlp:9", "/model/hidden1/kernel has shape [64 8]"},
		{"mlp:8", "mlp:8,8", "no variable /model/hidden2/kernel"},
	} {
		content := mustRead(t, path)
		content.Spec = strings.Replace(content.Spec, c.was, c.is, 1)
		other := filepath.Join(t.TempDir(), "other")
		if err := content.write(other, nil); err != nil {
			t.Fatal(err)
		}
		if _, err := Load(other, Last); !errors.Is(err, ErrDamaged) || !strings.Contains(fmt.Sprint(err), c.want) {
			t.Errorf("%s: %v", c.is, err)
		}
	}
}

// TestEvaluationBatch keeps the batches of a spec that nobody has checked in
// their domain.
func TestEvaluationBatch(t *testing.T) {
	var got []int
	for _, batch := range []int{math.MinInt, -1, 0, 20, 1000, math.MaxInt} {
		got = append(got, evaluationBatch(Spec{Batch: batch}, 64))
	}
	if want := []int{256, 256, 256, 256, 1000, maxCount}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}
