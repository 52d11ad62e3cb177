//go:build cgo && linux && amd64

package agreement

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gomlx/compute"
	_ "github.com/gomlx/go-xla/compute/xla" // registers "xla"

	"github.com/vicinal-ml/vicinal/data"
	"github.com/vicinal-ml/vicinal/train"
)

// plugin is XLA's CPU plugin, which testdata/fetch-xla.sh of the oneDNN
// backend fetches.
const plugin = "../../../.tools/xla/pjrt_c_api_cpu_plugin.so"

const steps = 20

// backend starts a backend, or skips the test where its library is missing.
func backend(t *testing.T, config string) compute.Backend {
	t.Helper()
	if config == "xla" {
		path, err := filepath.Abs(plugin)
		if err == nil {
			_, err = os.Stat(path)
		}
		if err != nil {
			t.Skipf("SKIP: no XLA plugin: %v; backend/onednn/testdata/fetch-xla.sh fetches it", err)
		}
		config = "xla:" + path
	}
	b, err := train.Backend(config)
	if err != nil && strings.Contains(err.Error(), "no usable oneDNN library") {
		t.Skipf("SKIP: %v", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.Finalize)
	return b
}

// losses trains for some steps and returns the loss of each.
func losses(t *testing.T, b compute.Backend, model, method string, rate float64) []float64 {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	set, err := data.Open(ctx, "digits", data.Options{})
	if err != nil {
		t.Fatal(err)
	}
	spec := train.DefaultSpec()
	spec.Data, spec.Model, spec.Method, spec.Seed = set.Name, model, method, 3
	spec.Batch, spec.EvalEvery, spec.CheckpointEvery = 32, 100, train.Duration(time.Hour)
	spec.Optimizer.LearningRate = rate
	var out []float64
	_, err = train.Run(ctx, b, set, spec, t.TempDir(), train.Hooks{Step: func(i train.StepInfo) {
		if len(out) < steps {
			out = append(out, i.Loss)
		} else {
			stop()
		}
	}})
	if err != nil && !errors.Is(err, train.ErrInterrupted) {
		t.Fatal(err)
	}
	if len(out) != steps {
		t.Fatalf("%d steps taken, wanted %d", len(out), steps)
	}
	return out
}

// TestLossesAgree trains from one initialisation on the same batches, pairs
// and weights. All is float32: the first loss may differ by the rounding of one
// pass, and training amplifies differences: in these networks little, in deep
// ones with batch normalisation over few values about twofold a step.
func TestLossesAgree(t *testing.T) {
	if testing.Short() {
		t.Skip("SKIP: -short; XLA compiles for seconds")
	}
	const first = 1e-6
	for _, test := range []struct {
		model, method string
		rate          float64
		reference     string
		later         float64 // bound of the difference at any step, relative to the first loss
	}{
		{"mlp:32,32", "mixup:1", 0.05, "go:ops_sequential", 1e-5},
		{"cnn", "mixup:1", 0.05, "go:ops_sequential", 1e-5},
		{"wideresnet:depth=10,widen=1", "mixup:1", 0.005, "onednn:fallback", 1e-5},
	} {
		name := fmt.Sprintf("%s %s", test.model, test.method)
		want := losses(t, backend(t, test.reference), test.model, test.method, test.rate)
		for _, config := range []string{"onednn", "onednn:deterministic", "xla"} {
			t.Run(name+" on "+config, func(t *testing.T) {
				got := losses(t, backend(t, config), test.model, test.method, test.rate)
				worst := 0.0
				for i := range got {
					d := math.Abs(got[i]-want[i]) / want[0]
					worst = max(worst, d)
					if i == 0 && !(d <= first) || !(d <= test.later) {
						t.Errorf("loss of step %d is %.7g, on %s %.7g", i+1, got[i], test.reference, want[i])
					}
				}
				t.Logf("losses from %.5f to %.5f, largest difference %.2g", want[0], want[steps-1], worst)
			})
		}
	}
}
