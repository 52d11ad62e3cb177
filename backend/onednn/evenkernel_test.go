package onednn_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
)

// evenConv is a convolution of 8x8 images whose kernel may be of even size.
type evenConv struct {
	kernel, stride, low, high, dilation, inputDilation int
	groups                                             int // of channels; negative: of the batch
}

var evenConvs = []evenConv{
	{kernel: 2}, {kernel: 2, stride: 2}, {kernel: 4, stride: 2, low: 1, high: 1}, {kernel: 2, high: 1}, {kernel: 4, low: 2, high: 1},
	{kernel: 2, low: 1, high: 1, dilation: 3}, {kernel: 3, low: 1, high: 1}, {kernel: 3, stride: 2, low: 1, high: 1}, {kernel: 5, low: 2, high: 2},
	{kernel: 2, high: 1, groups: 2}, {kernel: 4, stride: 2, low: 1, high: 1, groups: 2}, {kernel: 2, groups: -2}, {kernel: 4, low: 1, high: 2, inputDilation: 2},
}

// parameters are an image and a kernel for c.
func (c evenConv) parameters(g *Graph, dtype dtypes.DType) (x, k *Node) {
	in := 4
	if c.groups > 1 {
		in /= c.groups
	}
	return Parameter(g, "x", shapes.Make(dtype, 2, 8, 8, 4)), Parameter(g, "k", shapes.Make(dtype, c.kernel, c.kernel, in, 6))
}

func (c evenConv) apply(x, k *Node) *Node {
	conv := Convolve(x, k).PaddingPerDim([][2]int{{c.low, c.high}, {c.low, c.high}})
	if c.stride > 1 {
		conv = conv.Strides(c.stride)
	}
	if c.dilation > 1 {
		conv = conv.Dilations(c.dilation)
	}
	if c.inputDilation > 1 {
		conv = conv.InputDilationPerAxis(c.inputDilation, c.inputDilation)
	}
	if c.groups > 1 {
		conv = conv.ChannelGroupCount(c.groups)
	} else if c.groups < 0 {
		conv = conv.BatchGroupCount(-c.groups)
	}
	return conv.Done()
}

// checkGradients compares derivatives of the first output, given by the others for the parameters at the same places,
// with central differences.
func checkGradients(t *testing.T, what string, g *Graph, parameters ...*Node) {
	t.Helper()
	defer g.Finalize()
	r := rand.New(rand.NewPCG(1, 2))
	var params []*tensors.Tensor
	for _, p := range parameters {
		flat := make([]float64, p.Shape().Size())
		for i := range flat {
			flat[i] = r.NormFloat64()
		}
		params = append(params, fromFloat64(flat, p.Shape()))
	}
	outs := g.Run(toAny(params)...)
	for i, p := range params[:len(outs)-1] {
		analytic := floats(outs[1+i])
		flat := floats(p)
		worst, scale := 0.0, 1.0
		for range 12 {
			j := r.IntN(len(flat))
			const h = 1e-2 // the losses are polynomials of low degree
			var side [2]float64
			for s, sign := range []float64{1, -1} {
				moved := append([]float64{}, flat...)
				moved[j] += sign * h
				in := toAny(params)
				in[i] = fromFloat64(moved, p.Shape())
				side[s] = floats(g.Run(in...)[0])[0]
			}
			numeric := (side[0] - side[1]) / (2 * h)
			worst, scale = max(worst, math.Abs(numeric-analytic[j])), max(scale, math.Abs(numeric))
		}
		if worst > 0.02*scale {
			t.Errorf("%s: derivative by parameter %d wrong by %g, the largest is %g", what, i, worst, scale)
		}
	}
}

func toAny(list []*tensors.Tensor) []any {
	out := make([]any, len(list))
	for i, v := range list {
		out[i] = v
	}
	return out
}

func fromFloat64(flat []float64, s shapes.Shape) *tensors.Tensor {
	if s.DType == dtypes.Float64 {
		return tensors.FromFlatDataAndDimensions(flat, s.Dimensions...)
	}
	out := make([]float32, len(flat))
	for i, v := range flat {
		out[i] = float32(v)
	}
	return tensors.FromFlatDataAndDimensions(out, s.Dimensions...)
}

func floats(t *tensors.Tensor) (out []float64) {
	if t.DType() == dtypes.Float64 {
		tensors.MustConstFlatData(t, func(flat []float64) { out = append(out, flat...) })
		return out
	}
	tensors.MustConstFlatData(t, func(flat []float32) {
		for _, v := range flat {
			out = append(out, float64(v))
		}
	})
	return out
}

// TestEvenKernelGradient compares gradients of convolutions with finite differences, wherever they run: GoMLX writes the
// gradient by the input wrongly for kernels of even size.
func TestEvenKernelGradient(t *testing.T) {
	for _, test := range []struct {
		config string
		dtype  dtypes.DType
	}{{"", dtypes.Float32}, {"", dtypes.Float64}, {"nothing", dtypes.Float32}, {"regions,nolayouts", dtypes.Float32}, {"fallback", dtypes.Float64}} {
		b := newBackend(t, test.config)
		for _, c := range evenConvs {
			g := NewGraph(b, "even kernel")
			x, k := c.parameters(g, test.dtype)
			y := c.apply(x, k)
			loss := ReduceAllSum(Mul(y, y))
			if err := g.Compile(append([]*Node{loss}, Gradient(loss, x, k)...)...); err != nil {
				t.Fatal(err)
			}
			checkGradients(t, fmt.Sprintf("config %q, %s, %+v", test.config, test.dtype, c), g, x, k)
		}
	}
}

// TestEvenKernelSecondDerivative differentiates through the gradient by the input, as a gradient penalty does.
func TestEvenKernelSecondDerivative(t *testing.T) {
	for _, config := range []string{"", "fallback"} {
		for _, c := range []evenConv{{kernel: 2}, {kernel: 4, low: 1, high: 2}, {kernel: 3, low: 1, high: 1}} {
			g := NewGraph(newBackend(t, config), "penalty")
			x, k := c.parameters(g, dtypes.Float32)
			y := c.apply(x, k)
			dx := Gradient(ReduceAllSum(Mul(y, y)), x)[0]
			loss := MulScalar(ReduceAllSum(Mul(dx, dx)), 1e-3)
			if err := g.Compile(append([]*Node{loss}, Gradient(loss, x, k)...)...); err != nil {
				t.Fatal(err)
			}
			checkGradients(t, fmt.Sprintf("config %q, %+v", config, c), g, x, k)
		}
	}
}

// TestEvenKernelLinear has a loss whose gradient does not need the convolution itself.
func TestEvenKernelLinear(t *testing.T) {
	g := NewGraph(newBackend(t, ""), "linear")
	x := Parameter(g, "x", shapes.Make(dtypes.Float32, 1, 2, 2, 1))
	k := Const(g, [][][][]float32{{{{1}}, {{2}}}, {{{3}}, {{4}}}})
	if err := g.Compile(Gradient(ReduceAllSum(Convolve(x, k).NoPadding().Done()), x)[0]); err != nil {
		t.Fatal(err)
	}
	defer g.Finalize()
	got := floats(g.Run([][][][]float32{{{{5}, {6}}, {{7}, {8}}}})[0])
	if fmt.Sprint(got) != "[1 2 3 4]" {
		t.Errorf("gradient %v, want the kernel", got)
	}
}

// TestEvenKernelInClosure takes the gradient in the body of a While and in a branch of an If.
func TestEvenKernelInClosure(t *testing.T) {
	gradient := func(x, k *Node) *Node {
		y := Convolve(x, k).NoPadding().Done()
		return Gradient(ReduceAllSum(Mul(y, y)), x)[0]
	}
	for name, build := range map[string]func(g *Graph, x, k *Node) *Node{
		"while": func(g *Graph, x, k *Node) *Node {
			cond := NewClosure(g, func(g *Graph) []*Node {
				i := Parameter(g, "i", shapes.Make(dtypes.Int32))
				Parameter(g, "x", x.Shape())
				return []*Node{LessThan(i, Const(g, int32(1)))}
			})
			body := NewClosure(g, func(g *Graph) []*Node {
				i := Parameter(g, "i", shapes.Make(dtypes.Int32))
				x := Parameter(g, "x", x.Shape())
				return []*Node{OnePlus(i), gradient(x, k)}
			})
			return While(cond, body, Const(g, int32(0)), x)[1]
		},
		"if": func(g *Graph, x, k *Node) *Node {
			yes := NewClosure(g, func(*Graph) []*Node { return []*Node{gradient(x, k)} })
			no := NewClosure(g, func(*Graph) []*Node { return []*Node{x} })
			return If(GreaterThan(ReduceAllSum(x), Const(g, float32(0))), yes, no)[0]
		},
	} {
		for _, config := range []string{"", "fallback", "regions"} {
			g := NewGraph(newBackend(t, config), name)
			x := Parameter(g, "x", shapes.Make(dtypes.Float32, 1, 2, 2, 1))
			k := Parameter(g, "k", shapes.Make(dtypes.Float32, 2, 2, 1, 1))
			if err := g.Compile(build(g, x, k)); err != nil {
				t.Fatal(err)
			}
			out := g.Run([][][][]float32{{{{1}, {2}}, {{3}, {5}}}}, [][][][]float32{{{{1}}, {{2}}}, {{{3}}, {{4}}}})[0]
			if got := fmt.Sprint(floats(out)); got != "[68 136 204 272]" { // twice 34 times the kernel
				t.Errorf("%s, config %q: gradient %s", name, config, got)
			}
			g.Finalize()
		}
	}
}

// TestEvenKernelFirstLayer trains a kernel of even size that is applied to the images: nothing needs a gradient by them.
func TestEvenKernelFirstLayer(t *testing.T) {
	for _, config := range []string{"", "fallback", "nothing"} {
		g := NewGraph(newBackend(t, config), "first layer")
		c := evenConv{kernel: 2}
		x, k := c.parameters(g, dtypes.Float32)
		y := c.apply(x, k)
		loss := ReduceAllSum(Mul(y, y))
		if err := g.Compile(loss, Gradient(loss, k)[0]); err != nil {
			t.Errorf("config %q: %v", config, err)
		}
		g.Finalize()
	}
}

// TestEvenKernelRefused checks that a gradient which cannot be corrected is an error: the Go backend has no negative
// padding. oneDNN needs none.
func TestEvenKernelRefused(t *testing.T) {
	c := evenConv{kernel: 2, high: 2}
	build := func(config string, dtype dtypes.DType) (g *Graph, x, k *Node, err error) {
		g = NewGraph(newBackend(t, config), "even kernel")
		x, k = c.parameters(g, dtype)
		y := c.apply(x, k)
		loss := ReduceAllSum(Mul(y, y))
		return g, x, k, g.Compile(append([]*Node{loss}, Gradient(loss, x, k)...)...)
	}
	for config, dtype := range map[string]dtypes.DType{"fallback": dtypes.Float32, "nothing": dtypes.Float32, "": dtypes.Float64} {
		if _, _, _, err := build(config, dtype); err == nil || !strings.Contains(err.Error(), "even size") {
			t.Errorf("config %q: %v", config, err)
		}
	}
	g, x, k, err := build("", dtypes.Float32)
	if err != nil {
		t.Fatal(err)
	}
	checkGradients(t, "padded beyond the kernel", g, x, k)
}
