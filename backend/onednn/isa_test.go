package onednn

import (
	"os"
	"os/exec"
	"testing"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
)

// TestWithoutPrimitives runs bfloat16 graphs on a library that was told to use SSE 4.1 alone, where it has no such
// primitives: they must go to the Go backend, gradients with all that they need.
func TestWithoutPrimitives(t *testing.T) {
	const child = "ONEDNN_TEST_WITHOUT_PRIMITIVES"
	if os.Getenv(child) == "" {
		b := newTestBackend(t, "") // skips where there is no library
		b.Finalize()
		cmd := exec.Command(os.Args[0], "-test.run=^TestWithoutPrimitives$", "-test.v")
		cmd.Env = append(os.Environ(), child+"=1", "ONEDNN_MAX_CPU_ISA=SSE41", "DNNL_MAX_CPU_ISA=SSE41")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("%v\n%s", err, out)
		}
		return
	}
	b := newTestBackend(t, "")
	t.Log(b.Description())
	axes := convCase{rank: 2}.axes()
	swapped := axes.Clone()
	swapped.KernelInputChannels, swapped.KernelOutputChannels = 3, 2
	weights := compute.ConvolveAxesConfig{InputBatch: 3, InputChannels: 0, InputSpatial: []int{1, 2}, KernelInputChannels: 0,
		KernelOutputChannels: 3, KernelSpatial: []int{1, 2}, OutputBatch: 2, OutputChannels: 3, OutputSpatial: []int{0, 1}}
	pad := [][2]int{{1, 1}, {1, 1}}
	relu := compute.ActivationConfig{Type: compute.ActivationRelu}
	for _, dtype := range []dtypes.DType{dtypes.BFloat16, dtypes.Float32} {
		params := []shapes.Shape{shapes.Make(dtype, 2, 6, 6, 8), shapes.Make(dtype, 3, 3, 8, 16), shapes.Make(dtype, 2, 6, 6, 16), shapes.Make(dtype, 16, 8)}
		compareWithGo(t, b, params, 0.05, func(f compute.Function, in []compute.Value) []compute.Value {
			y := must(f.ConvGeneral(in[0], in[1], axes, nil, pad, nil, nil, 1, 1))
			dx := must(f.ConvGeneral(in[2], must(f.Reverse(in[1], 0, 1)), swapped, nil, pad, nil, nil, 1, 1))
			dk := must(f.ConvGeneral(in[0], in[2], weights, nil, pad, nil, nil, 1, 1))
			pooled := must(f.ReduceWindow(y, compute.ReduceOpMax, []int{1, 2, 2, 1}, nil, nil, nil, nil))
			back := must(f.SelectAndScatterMax(y, pooled, []int{1, 2, 2, 1}, []int{1, 2, 2, 1}, nil))
			product := must(f.DotGeneral(y, []int{3}, nil, in[3], []int{0}, nil, compute.DotGeneralConfig{}))
			return []compute.Value{dx, dk, pooled, back, product, must(f.FusedActivation(y, relu))}
		})
	}
}
