package onednn

import (
	"slices"
	"testing"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
)

// stepNames are the names of the steps that a graph is compiled to.
func stepNames(t *testing.T, b *Backend, params []shapes.Shape, g graphFunc) []string {
	t.Helper()
	exec, err := compileGraph(b, params, g)
	if err != nil {
		t.Fatal(err)
	}
	defer exec.Finalize()
	var names []string
	for _, s := range exec.(*Executable).plan.steps {
		names = append(names, s.name)
	}
	return names
}

// TestSteps pins what graphs are compiled to, since what falls back to the Go backend gives the right result too.
func TestSteps(t *testing.T) {
	f32 := func(dims ...int) shapes.Shape { return shapes.Make(dtypes.Float32, dims...) }
	image, kernel, vector := f32(4, 8, 8, 32), f32(3, 3, 32, 32), f32(32)
	relu := compute.ActivationConfig{Type: compute.ActivationRelu}
	pad := [][2]int{{1, 1}, {1, 1}}
	conv := func(f compute.Function, x, k compute.Value) compute.Value {
		return must(f.ConvGeneral(x, k, convCase{rank: 2}.axes(), nil, pad, nil, nil, 1, 1))
	}
	for _, test := range []struct {
		name   string
		params []shapes.Shape
		g      graphFunc
		want   []string
	}{
		{"update", []shapes.Shape{vector, vector, vector, f32()}, func(f compute.Function, in []compute.Value) []compute.Value {
			m := must(f.Add(must(f.Mul(in[1], must(f.Constant([]float32{0.9})))), in[2]))
			return []compute.Value{must(f.Sub(in[0], must(f.Mul(m, in[3])))), m}
		}, []string{"elementwise"}},
		{"weights' gradient", []shapes.Shape{f32(16, 128), f32(16, 32)}, func(f compute.Function, in []compute.Value) []compute.Value {
			dot := must(f.DotGeneral(in[0], []int{0}, nil, in[1], []int{0}, nil, compute.DotGeneralConfig{}))
			return []compute.Value{must(f.Transpose(dot, 1, 0))}
		}, []string{"matmul"}},
		{"inputs' gradient", []shapes.Shape{f32(16, 128), f32(32, 128)}, func(f compute.Function, in []compute.Value) []compute.Value {
			dot := must(f.DotGeneral(in[0], []int{1}, nil, in[1], []int{1}, nil, compute.DotGeneralConfig{}))
			return []compute.Value{must(f.Transpose(dot, 0, 1))}
		}, []string{"matmul"}},
		{"predicted classes", []shapes.Shape{f32(16, 10)}, func(f compute.Function, in []compute.Value) []compute.Value {
			return []compute.Value{must(f.ArgMinMax(in[0], 1, dtypes.Int32, false))}
		}, []string{"argmax"}},
		{"log softmax", []shapes.Shape{f32(8, 10)}, func(f compute.Function, in []compute.Value) []compute.Value {
			wide := func(v compute.Value) compute.Value { return must(f.BroadcastInDim(v, f32(8, 10), []int{0})) }
			x := must(f.Sub(in[0], wide(must(f.ReduceMax(in[0], 1)))))
			return []compute.Value{must(f.Sub(x, wide(must(f.Log(must(f.ReduceSum(must(f.Exp(x)), 1)))))))}
		}, []string{"reduce", "reduce", "elementwise", "elementwise"}},
		{"residual block", []shapes.Shape{image, kernel, vector}, func(f compute.Function, in []compute.Value) []compute.Value {
			h := conv(f, in[0], in[1])
			y, mean, variance, err := f.BatchNormForTraining(h, in[2], in[2], 1e-3, 3)
			if err != nil {
				panic(err)
			}
			z := must(f.FusedActivation(y, relu))
			out := must(f.Add(conv(f, z, in[1]), h))
			dx, dScale, _, err := f.BatchNormGradient(h, in[2], mean, variance, must(f.FusedActivationVJP(z, y, out, relu)), 1e-3, 3)
			if err != nil {
				panic(err)
			}
			return []compute.Value{must(f.ReduceSum(dx, 1, 2)), dScale, variance}
		}, []string{"conv", "batch norm relu training", "show NaN", "conv", "elementwise", "batch norm relu gradient", "reduce"}},
		{"inference", []shapes.Shape{image, kernel, vector}, func(f compute.Function, in []compute.Value) []compute.Value {
			h := must(f.Add(conv(f, in[0], in[1]), in[0]))
			y := must(f.BatchNormForInference(h, in[2], in[2], in[2], must(f.Abs(in[2])), 1e-3, 3))
			return []compute.Value{must(f.ReduceSum(conv(f, must(f.FusedActivation(y, relu)), in[1]), 1, 2))}
		}, []string{"conv", "elementwise", "elementwise", "elementwise", "conv", "reduce"}},
		{"dense", []shapes.Shape{f32(16, 64), f32(64, 32), vector}, func(f compute.Function, in []compute.Value) []compute.Value {
			y := must(f.FusedDense(in[0], in[1], in[2], compute.DenseConfig{Activation: relu}))
			dx, dw, db, err := f.FusedDenseVJP(in[0], in[1], in[2], y, y, compute.DenseConfig{Activation: relu})
			if err != nil {
				panic(err)
			}
			return []compute.Value{dx, dw, db}
		}, []string{"matmul", "elementwise", "elementwise", "matmul", "matmul", "reduce"}},
		{"max pooling", []shapes.Shape{image, f32(4, 4, 4, 32)}, func(f compute.Function, in []compute.Value) []compute.Value {
			w := []int{1, 2, 2, 1}
			return []compute.Value{must(f.ReduceWindow(in[0], compute.ReduceOpMax, w, w, nil, nil, nil)), must(f.SelectAndScatterMax(in[0], in[1], w, w, nil))}
		}, []string{"pool", "pool gradient"}},
		{"moves", []shapes.Shape{f32(6, 8)}, func(f compute.Function, in []compute.Value) []compute.Value {
			x := must(f.Reverse(must(f.Transpose(in[0], 1, 0)), 0))
			x = must(f.Concatenate(0, x, must(f.Slice(x, []int{1, 0}, []int{5, 6}, []int{2, 1}))))
			return []compute.Value{must(f.Reshape(x, 60))}
		}, []string{"move", "move", "move", "move"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			eachLibrary(t, "deterministic", func(t *testing.T, b *Backend) {
				names := slices.DeleteFunc(stepNames(t, b, test.params, test.g), func(s string) bool { return s == "reorder" })
				if !slices.Equal(names, test.want) {
					t.Errorf("steps %q, want %q", names, test.want)
				}
				compareWith(t, b, newTestBackend(t, "fallback"), test.params, 1e-4, test.g)
			})
		})
	}
}
