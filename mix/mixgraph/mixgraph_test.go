package mixgraph_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"

	"github.com/vicinal-ml/vicinal/mix"
	"github.com/vicinal-ml/vicinal/mix/mixgraph"
)

func close32(t *testing.T, what string, got, want []float32) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: %d values, want %d", what, len(got), len(want))
	}
	for i := range got {
		if d := math.Abs(float64(got[i]) - float64(want[i])); !(d <= 1e-6) {
			t.Fatalf("%s: value %d is %v, want %v", what, i, got[i], want[i])
		}
	}
}

// The graph gives what the host gives, for every method, in every phase of
// one graph, for inputs, class targets, dense rows and regression values.
func TestGraphMatchesHost(t *testing.T) {
	const epochs, h, w, c, classes = 10, 5, 4, 2, 4
	backend := newBackend(t)
	for _, n := range []int{1, 2, 7} {
		exec, err := graph.NewExec(backend, func(in []*graph.Node) []*graph.Node {
			x, otherX, y, otherY, rows, otherRows, values, otherValues := in[0], in[1], in[2], in[3], in[4], in[5], in[6], in[7]
			partner, input, target, region := in[8], in[9], in[10], in[11]
			return []*graph.Node{
				mixgraph.Inputs(x, otherX, partner, input),
				mixgraph.ClassTargets(y, otherY, classes, dtypes.Float32, partner, target),
				mixgraph.Targets(rows, otherRows, partner, target),
				mixgraph.Targets(values, otherValues, partner, target),
				mixgraph.Inputs(x, x, partner, input),
				mixgraph.ClassTargets(y, y, classes, dtypes.Float32, partner, target),
				mixgraph.InputsWithin(x, otherX, partner, input, region),
			}
		})
		if err != nil {
			t.Fatal(err)
		}
		x, otherX := normals(n*h*w*c, 1), normals(n*h*w*c, 2)
		y, otherY := labels(n, classes, 3), labels(n, classes, 4)
		rows, otherRows := normals(n*classes, 5), normals(n*classes, 6)
		values, otherValues := normals(n, 7), normals(n, 8)
		for name, m := range methods(t, epochs) {
			t.Run(fmt.Sprintf("%s/%d", name, n), func(t *testing.T) {
				for epoch := range epochs {
					var p mix.Plan
					at := mix.At{Seed: 1, Epoch: epoch, Epochs: epochs, Seen: int64(epoch * n), EpochSize: int64(n), N: n, Labels: y, Height: h, Width: w}
					if err := m.Draw(&p, at); err != nil {
						if n == 1 && strings.Contains(name, "derangement") {
							return
						}
						t.Fatal(err)
					}
					// The caller adds noise to the batch before the graph has it.
					noise, x := p.Noise, slices.Clone(x)
					p.Noise = mix.Noise{}
					noise.Add(x, n)
					ox, oy, or, ov := otherX, otherY, otherRows, otherValues
					if !p.Second { // the caller gives the batch itself
						ox, oy, or, ov = x, y, rows, values
					}
					partner, input, target := mixgraph.Tensors(&p)
					got, err := exec.Call(
						tensors.FromFlatDataAndDimensions(x, n, h, w, c), tensors.FromFlatDataAndDimensions(ox, n, h, w, c),
						tensors.FromFlatDataAndDimensions(y, n), tensors.FromFlatDataAndDimensions(oy, n),
						tensors.FromFlatDataAndDimensions(rows, n, classes), tensors.FromFlatDataAndDimensions(or, n, classes),
						tensors.FromFlatDataAndDimensions(values, n), tensors.FromFlatDataAndDimensions(ov, n),
						partner, input, target, mixgraph.RegionTensor(&p))
					if err != nil {
						t.Fatal(err)
					}
					host := func(apply func(dst, src, other []float32, p *mix.Plan) error, src, other []float32, p *mix.Plan) []float32 {
						dst := make([]float32, len(src))
						if err := apply(dst, src, other, p); err != nil {
							t.Fatal(err)
						}
						return dst
					}
					class := func(p *mix.Plan) []float32 {
						dst := make([]float32, n*classes)
						if err := mix.ApplyClasses(dst, y, oy, classes, p); err != nil {
							t.Fatal(err)
						}
						return dst
					}
					within := p
					within.Second, within.Region = false, nil
					close32(t, "inputs within regions", flat(t, got[6]), host(mix.ApplyFloat32, x, ox, &p))
					everywhere := p
					everywhere.Region = nil
					close32(t, "inputs", flat(t, got[0]), host(mix.ApplyFloat32, x, ox, &everywhere))
					close32(t, "classes", flat(t, got[1]), class(&p))
					close32(t, "rows", flat(t, got[2]), host(mix.ApplyRows, rows, or, &p))
					close32(t, "values", flat(t, got[3]), host(mix.ApplyRows, values, ov, &p))
					close32(t, "inputs within the batch", flat(t, got[4]), host(mix.ApplyFloat32, x, nil, &within))
					close32(t, "classes within the batch", flat(t, got[5]), class(&within))
				}
			})
		}
		exec.Finalize()
	}
}

// The second batch may have another number of samples.
func TestSecondBatchOfAnotherSize(t *testing.T) {
	got := call(t, newBackend(t), func(in []*graph.Node) []*graph.Node {
		return []*graph.Node{mixgraph.Inputs(in[0], in[1], in[2], in[3])}
	}, [][]float32{{1, 2}}, [][]float32{{10, 20}, {30, 40}, {50, 60}}, []int32{2}, []float32{0.75})
	close32(t, "inputs", flat(t, got[0]), []float32{0.75 + 12.5, 1.5 + 15})
}

func TestClassTargetsTakeColumnsAndAllIntegers(t *testing.T) {
	backend := newBackend(t)
	partner, weight := []int32{1, 2, 0}, []float32{0.75, 1, 0.5}
	want := []float32{0.75, 0, 0.25, 0, 0, 1, 0.5, 0.5, 0}
	for name, y := range map[string]any{
		"int32 [N]": []int32{0, 2, 1}, "int64 [N]": []int64{0, 2, 1}, "uint8 [N]": []uint8{0, 2, 1},
		"int32 [N, 1]": [][]int32{{0}, {2}, {1}}, "int64 [N, 1]": [][]int64{{0}, {2}, {1}},
	} {
		got := call(t, backend, func(in []*graph.Node) []*graph.Node {
			return []*graph.Node{mixgraph.ClassTargets(in[0], in[0], 3, dtypes.Float32, in[1], in[2])}
		}, y, partner, weight)
		close32(t, name, flat(t, got[0]), want)
	}
}

func TestOtherFloatTypes(t *testing.T) {
	backend := newBackend(t)
	for _, dtype := range []dtypes.DType{dtypes.Float64, dtypes.BFloat16} {
		got := call(t, backend, func(in []*graph.Node) []*graph.Node {
			x := graph.ConvertDType(in[0], dtype)
			mixed := mixgraph.Inputs(x, x, in[1], in[2])
			if mixed.DType() != dtype {
				t.Errorf("mixing %s gives %s", dtype, mixed.DType())
			}
			return []*graph.Node{graph.ConvertDType(mixed, dtypes.Float32)}
		}, [][]float32{{1, 2}, {3, 4}}, []int32{1, 0}, []float32{0.75, 0.5})
		close32(t, dtype.String(), flat(t, got[0]), []float32{1.5, 2.5, 2, 3})
	}
}

// The gradient of sum(g mixed) flows to a sample as g_i w_i, and to partners
// as g_i (1-w_i) of all samples they are the partner of; with a second batch
// the two go to different inputs.
func TestGradients(t *testing.T) {
	const n, size = 5, 3
	backend := newBackend(t)
	partner, weight := []int32{1, 1, 4, 3, 0}, []float32{0.5, 0.25, 1, 0.75, 0}
	x, other, g := normals(n*size, 1), normals(n*size, 2), normals(n*size, 3)
	tensor := func(v []float32) *tensors.Tensor { return tensors.FromFlatDataAndDimensions(v, n, size) }
	got := call(t, backend, func(in []*graph.Node) []*graph.Node {
		x, other, g, partner, weight := in[0], in[1], in[2], in[3], in[4]
		within := graph.ReduceAllSum(graph.Mul(g, mixgraph.Inputs(x, x, partner, weight)))
		second := graph.ReduceAllSum(graph.Mul(g, mixgraph.Inputs(x, other, partner, weight)))
		return append(graph.Gradient(within, x, weight), graph.Gradient(second, x, other)...)
	}, tensor(x), tensor(other), tensor(g), partner, weight)

	own, others, byWeight := make([]float32, n*size), make([]float32, n*size), make([]float32, n)
	for i := range n {
		for k := range size {
			own[i*size+k] += g[i*size+k] * weight[i]
			others[int(partner[i])*size+k] += g[i*size+k] * (1 - weight[i])
			byWeight[i] += g[i*size+k] * (x[i*size+k] - x[int(partner[i])*size+k])
		}
	}
	both := make([]float32, n*size)
	for i := range both {
		both[i] = own[i] + others[i]
	}
	close32(t, "within the batch", flat(t, got[0]), both)
	close32(t, "of the weights", flat(t, got[1]), byWeight)
	close32(t, "own, second batch", flat(t, got[2]), own)
	close32(t, "partners, second batch", flat(t, got[3]), others)
}

func TestMisuse(t *testing.T) {
	backend := newBackend(t)
	f := func(dims ...int) shapes.Shape { return shapes.Make(dtypes.Float32, dims...) }
	i := func(dims ...int) shapes.Shape { return shapes.Make(dtypes.Int32, dims...) }
	inputs := func(in []*graph.Node) *graph.Node { return mixgraph.Inputs(in[0], in[1], in[2], in[3]) }
	targets := func(in []*graph.Node) *graph.Node { return mixgraph.Targets(in[0], in[1], in[2], in[3]) }
	classes := func(in []*graph.Node) *graph.Node {
		return mixgraph.ClassTargets(in[0], in[1], 3, dtypes.Float32, in[2], in[3])
	}
	for _, c := range []struct {
		name string
		fn   func(in []*graph.Node) *graph.Node
		args []shapes.Shape
		want string
	}{
		{"integer inputs", inputs, []shapes.Shape{i(4, 2), i(4, 2), i(4), f(4)}, "floating-point"},
		{"different types", inputs, []shapes.Shape{f(4, 2), shapes.Make(dtypes.Float64, 4, 2), i(4), f(4)}, "one floating-point type"},
		{"scalar inputs", inputs, []shapes.Shape{f(), f(), i(4), f(4)}, "batch axis"},
		{"different ranks", inputs, []shapes.Shape{f(4, 2), f(4), i(4), f(4)}, "same rest"},
		{"different rest", inputs, []shapes.Shape{f(4, 2), f(4, 3), i(4), f(4)}, "first axis"},
		{"too few partners", inputs, []shapes.Shape{f(4, 2), f(4, 2), i(3), f(4)}, "shape [4]"},
		{"partners of a wrong type", inputs, []shapes.Shape{f(4, 2), f(4, 2), f(4), f(4)}, "integers"},
		{"weights of a wrong shape", inputs, []shapes.Shape{f(4, 2), f(4, 2), i(4), f(4, 1)}, "weights"},
		{"integer targets", targets, []shapes.Shape{i(4), i(4), i(4), f(4)}, "targets"},
		{"class labels that are floats", classes, []shapes.Shape{f(4), f(4), i(4), f(4)}, "integers"},
		{"class labels of two columns", classes, []shapes.Shape{i(4, 2), i(4, 2), i(4), f(4)}, "[N] or [N, 1]"},
	} {
		exec, err := graph.NewExec(backend, func(in []*graph.Node) []*graph.Node { return []*graph.Node{c.fn(in)} })
		if err != nil {
			t.Fatal(err)
		}
		args := make([]any, len(c.args))
		for k, s := range c.args {
			args[k] = tensors.FromShape(s)
		}
		if _, err := exec.Call(args...); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error is %v, want %q", c.name, err, c.want)
		}
		exec.Finalize()
	}
}

func BenchmarkInputs(b *testing.B) {
	const n, size = 128, 3072
	backend := newBackend(b)
	exec, err := graph.NewExec(backend, func(in []*graph.Node) []*graph.Node {
		return []*graph.Node{mixgraph.Inputs(in[0], in[0], in[1], in[2])}
	})
	if err != nil {
		b.Fatal(err)
	}
	defer exec.Finalize()
	var p mix.Plan
	if err := (mix.Mixup{Alpha: 1, PerSample: true}).Draw(&p, mix.At{N: n}); err != nil {
		b.Fatal(err)
	}
	x := tensors.FromFlatDataAndDimensions(normals(n*size, 1), n, size)
	partner, input, _ := mixgraph.Tensors(&p)
	b.SetBytes(4 * n * size)
	for b.Loop() {
		if _, err := exec.Call(x, partner, input); err != nil {
			b.Fatal(err)
		}
	}
}
