package onednn_test

import (
	"fmt"
	"math"
	"os"
	"strings"
	"testing"

	"github.com/gomlx/compute"
	"github.com/gomlx/gomlx/core/tensors"

	"github.com/vicinal-ml/vicinal/backend/onednn"
)

var smallNet = netConfig{batch: 8, size: 8, classes: 5, width: 16, blocks: []int{1, 1, 1}}

func newBackend(t *testing.T, config string) compute.Backend {
	t.Helper()
	b, err := onednn.New(config)
	if err != nil && os.Getenv("ONEDNN_LIBRARY") == "" && strings.Contains(err.Error(), "no usable oneDNN library") {
		t.Skipf("SKIP: %v", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.Finalize)
	return b
}

func losses(t *testing.T, config string, steps int) []float64 {
	t.Helper()
	net, err := newTrainer(newBackend(t, config), smallNet)
	if err != nil {
		t.Fatal(err)
	}
	defer net.graph.Finalize()
	var out []float64
	for range steps {
		loss, err := net.step()
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, float64(loss))
	}
	return out
}

// TestSameLosses trains one network from one initialisation in several configurations. The losses of 20 steps must be
// those of the Go backend within 1 %: training amplifies differences of rounding.
func TestSameLosses(t *testing.T) {
	want := losses(t, "fallback", 20)
	if last := want[len(want)-1]; !(last < want[0]/2) {
		t.Fatalf("the reference does not learn: loss from %g to %g", want[0], last)
	}
	for _, config := range []string{"", "deterministic", "threads=1,nofusion", "nolayouts", "regions", "everything"} {
		for i, loss := range losses(t, config, len(want)) {
			if !(math.Abs(loss-want[i]) <= 0.01*want[0]) {
				t.Errorf("config %q: loss of step %d is %g, want %g", config, i, loss, want[i])
				break
			}
		}
	}
}

// TestDeterministic checks that with the option two runs repeat bit for bit.
func TestDeterministic(t *testing.T) {
	first, second := losses(t, "deterministic", 10), losses(t, "deterministic", 10)
	if fmt.Sprint(first) != fmt.Sprint(second) {
		t.Errorf("losses %v, then %v", first, second)
	}
}

// TestNetworkGradients compares the gradient of every parameter of a whole network, as the optimiser's momentum after
// one step shows it, with the change of the loss along it.
func TestNetworkGradients(t *testing.T) {
	b := newBackend(t, "")
	net, err := newTrainer(b, smallNet)
	if err != nil {
		t.Fatal(err)
	}
	defer net.graph.Finalize()
	keep := make([]bool, len(net.inputs))
	read := func(buf compute.Buffer) []float32 {
		flat, err := buf.Data()
		if err != nil {
			t.Fatal(err)
		}
		return flat.([]float32)
	}
	run := func() (float64, []*tensors.Tensor) {
		outs := net.graph.RunWithBuffers(net.inputs, keep, 0)
		return float64(tensors.ToScalar[float32](outs[0])), outs
	}
	_, outs := run()
	for i := 0; i+1 < len(net.state) && outs[1+i].Shape().Equal(outs[2+i].Shape()) && i < 2*net.trained; i += 2 {
		w := read(net.inputs[net.state[i]])
		var g []float32
		tensors.MustConstFlatData(outs[2+i], func(flat []float32) { g = append(g, flat...) })
		var norm float64
		for j := range g {
			g[j] -= 1e-4 * w[j] // the momentum holds the weight decay too
			norm += float64(g[j]) * float64(g[j])
		}
		if norm < 1e-8 {
			continue // batch normalisation makes some parameters irrelevant at the start
		}
		saved := append([]float32{}, w...)
		eps := 1e-3 / norm // for a change of the loss of that much
		var loss [2]float64
		for side, sign := range []float64{1, -1} {
			for j := range w {
				w[j] = saved[j] + float32(sign*eps*float64(g[j]))
			}
			loss[side], _ = run()
		}
		copy(w, saved)
		if ratio := (loss[0] - loss[1]) / (2 * eps * norm); !(math.Abs(ratio-1) <= 0.03) {
			t.Errorf("parameter %d of shape %s: numeric over analytic gradient is %.4f, |g|² = %g", i/2, outs[2+i].Shape(), ratio, norm)
		}
	}
}

// TestMixedPrecision trains with bfloat16 convolutions: each product is rounded to 8 bits, so the losses of the first
// steps agree within 5 % of the initial one, and the network learns as well.
func TestMixedPrecision(t *testing.T) {
	want := losses(t, "fallback", 20)
	for _, config := range []string{"mixed", "mixed,deterministic"} {
		got := losses(t, config, len(want))
		for i := range 5 {
			if !(math.Abs(got[i]-want[i]) <= 0.05*want[0]) {
				t.Errorf("config %q: loss of step %d is %g, in float32 %g", config, i, got[i], want[i])
			}
		}
		if last := len(want) - 1; !(got[last] < want[0]/2) {
			t.Errorf("config %q: loss from %g to %g, in float32 to %g", config, got[0], got[last], want[last])
		}
	}
}
