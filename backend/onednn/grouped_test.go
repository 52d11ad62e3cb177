package onednn

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"pgregory.net/rapid"
)

// groupedCase is a convolution of square images with groups, as ResNeXt has.
type groupedCase struct {
	batch, size, groups, in, out, kernel, stride, dilation, padding int // in and out are channels of a group
}

// gradients returns the output of c, and its gradients by image and kernel, for fixed operands.
func (c groupedCase) gradients(t failer, b *Backend) (outs [][]float64, steps []string) {
	t.Helper()
	g := graph.NewGraph(b, "grouped")
	defer g.Finalize()
	x := graph.Parameter(g, "x", shapes.Make(dtypes.Float32, c.batch, c.size, c.size, c.groups*c.in))
	k := graph.Parameter(g, "k", shapes.Make(dtypes.Float32, c.kernel, c.kernel, c.in, c.groups*c.out))
	conv := graph.Convolve(x, k).ChannelGroupCount(c.groups).PaddingPerDim([][2]int{{c.padding, c.padding}, {c.padding, c.padding}})
	if c.stride > 1 {
		conv = conv.Strides(c.stride)
	}
	if c.dilation > 1 {
		conv = conv.Dilations(c.dilation)
	}
	y := conv.Done()
	d := graph.Parameter(g, "d", y.Shape())
	if err := g.Compile(append([]*graph.Node{y}, graph.Gradient(graph.ReduceAllSum(graph.Mul(y, d)), x, k)...)...); err != nil {
		t.Fatalf("%+v: %v", c, err)
	}
	r := rand.New(rand.NewPCG(1, 2))
	var in []any
	for _, p := range []*graph.Node{x, k, d} {
		in = append(in, tensors.FromFlatDataAndDimensions(randomFlat(r, p.Shape()).([]float32), p.Shape().Dimensions...))
	}
	for _, out := range g.Run(in...) {
		tensors.MustConstFlatData(out, func(flat []float32) { outs = append(outs, toFloat64(flat)) })
	}
	b.executables.Range(func(e, _ any) bool {
		if planned, ok := e.(*Executable); ok { // not one of the option fallback
			for _, s := range planned.plan.steps {
				steps = append(steps, s.name+" "+s.detail)
			}
		}
		return true
	})
	return outs, steps
}

// check compares c with the Go backend. No convolution may be left to it.
func (c groupedCase) check(t failer, b, reference *Backend) {
	t.Helper()
	want, _ := c.gradients(t, reference)
	got, steps := c.gradients(t, b)
	for i, what := range []string{"output", "gradient by the image", "gradient by the kernel"} {
		closeTo(t, fmt.Sprintf("%+v: %s", c, what), got[i], want[i], 1e-4)
	}
	count, merged := 0, false
	for _, s := range steps {
		merged = merged || s == "move weights of groups"
		if strings.HasPrefix(s, "conv") {
			count++
		}
		if strings.Contains(s, "ConvGeneral") {
			t.Errorf("%+v: left to the Go backend: %s", c, s)
		}
	}
	if want := len(c.weightsGradient().merges()) > 0; merged != want {
		t.Errorf("%+v: groups merged: %v, want %v: %q", c, merged, want, steps)
	}
	if count != 3 {
		t.Errorf("%+v: %d convolutions, want 3: %q", c, count, steps)
	}
}

// weightsGradient is the gradient by weights of c as it is recognised.
func (c groupedCase) weightsGradient() *convolution {
	f32 := func(dims ...int) *value { return &value{shape: shapes.Make(dtypes.Float32, dims...)} }
	reach := (c.kernel-1)*c.dilation + 1
	out := (c.size+2*c.padding-reach)/c.stride + 1
	conv := &convolution{kind: convBackwardWeights, src: f32(c.batch, c.size, c.size, c.groups*c.in),
		weights: f32(c.kernel, c.kernel, c.in, c.groups*c.out), dst: f32(c.batch, out, out, c.groups*c.out),
		srcView: newView(0, 3, []int{1, 2}), wView: newView(3, 2, []int{0, 1}), dstView: newView(0, 3, []int{1, 2}),
		strides: []int{c.stride, c.stride}, dilations: []int{c.dilation, c.dilation}, low: []int{c.padding, c.padding}}
	conv.wView.groups = c.groups
	conv.complete()
	return conv
}

// TestMerges pins which groups may be computed as one.
func TestMerges(t *testing.T) {
	for _, test := range []struct {
		groups, in, out int
		want            []int
	}{
		{32, 4, 4, []int{2, 4}},
		{32, 8, 8, nil},
		{32, 1, 1, nil}, // depthwise
		{32, 1, 2, []int{8, 16}},
		{16, 12, 12, []int{2, 4}},
		{3, 4, 4, nil},
		{6, 4, 8, []int{2}},
		{32, 3, 5, []int{8, 16}},
		{1, 4, 4, nil},
	} {
		c := groupedCase{1, 7, test.groups, test.in, test.out, 3, 1, 1, 1}
		if got := c.weightsGradient().merges(); !slices.Equal(got, test.want) {
			t.Errorf("%d groups of %d to %d channels: %v, want %v", test.groups, test.in, test.out, got, test.want)
		}
	}
}

// TestGroupedConvolutions compares convolutions with groups and their gradients with the Go backend.
func TestGroupedConvolutions(t *testing.T) {
	eachLibrary(t, "deterministic", func(t *testing.T, b *Backend) { // which merges groups wherever it can
		reference := newTestBackend(t, "fallback")
		for _, groups := range []int{32, 64} { // as ResNeXt has them
			for _, width := range []int{4, 32} {
				groupedCase{1, 7, groups, width, width, 3, 1 + width%3, 1, 1}.check(t, b, reference)
			}
		}
		width := rapid.OneOf(rapid.IntRange(1, 6), rapid.SampledFrom([]int{4, 8, 12}))
		rapid.Check(t, func(rt *rapid.T) {
			c := groupedCase{batch: rapid.IntRange(1, 3).Draw(rt, "batch"), groups: rapid.SampledFrom([]int{2, 3, 4, 6, 8, 16, 32}).Draw(rt, "groups"),
				in: width.Draw(rt, "in"), out: width.Draw(rt, "out"), kernel: rapid.IntRange(1, 4).Draw(rt, "kernel"), stride: 1, dilation: 1}
			if rapid.Bool().Draw(rt, "strided") { // GoMLX has no convolution with both
				c.stride = rapid.IntRange(1, 3).Draw(rt, "stride")
			} else {
				c.dilation = rapid.IntRange(1, 2).Draw(rt, "dilation")
			}
			reach := (c.kernel-1)*c.dilation + 1
			// GoMLX refuses to differentiate with more padding.
			c.padding = rapid.IntRange(0, (reach-1)/2).Draw(rt, "padding")
			c.size = rapid.IntRange(reach, 9).Draw(rt, "size")
			c.check(rt, b, reference)
		})
	})
}

// TestSmallGradients: where the kernel is as large as the images, the gradient by weights is still seen as one.
func TestSmallGradients(t *testing.T) {
	b := newTestBackend(t, "")
	c := groupedCase{batch: 4, size: 3, groups: 1, in: 8, out: 16, kernel: 3, stride: 1, dilation: 1, padding: 1}
	c.check(t, b, newTestBackend(t, "fallback"))
	_, steps := c.gradients(t, b)
	if !slices.ContainsFunc(steps, func(s string) bool { return strings.HasPrefix(s, "conv bwd weights") }) {
		t.Errorf("no gradient by weights: %q", steps)
	}
}

// TestDilatedInputs compares convolutions over dilated inputs, with any kernel and groups, and those with groups of the
// batch with the Go backend.
func TestDilatedInputs(t *testing.T) {
	eachLibrary(t, "deterministic", func(t *testing.T, b *Backend) {
		rapid.Check(t, func(rt *rapid.T) {
			c := drawConv(rt)
			for i := range c.size { // the Go backend is slow
				c.size[i] = min(c.size[i], max(5-c.rank, (c.kernel[i]-1)*c.dilation[i]+1-c.padding[i][0]-c.padding[i][1]))
			}
			batchGroups := 1
			var inDilation []int
			if rapid.Bool().Draw(rt, "batch groups") {
				batchGroups, c.groups = c.groups, 1
				c.batch *= batchGroups
			} else {
				clear(c.padding)
				for i, k := range c.kernel {
					c.stride[i] = 1
					inDilation = append(inDilation, rapid.IntRange(1, 2+c.rank%2).Draw(rt, fmt.Sprint("input dilation", i)))
					reach := (k-1)*c.dilation[i] + 1
					low := rapid.IntRange(0, reach-1).Draw(rt, "low")
					high := rapid.IntRange(reach-1-low, reach-1+inDilation[i]-1).Draw(rt, "high")
					c.padding[i] = [2]int{low, high}
				}
			}
			reversed := rapid.Bool().Draw(rt, "reversed")
			kernel := shapes.Make(dtypes.Float32, append(append([]int{}, c.kernel...), c.in/c.groups, c.out)...)
			x := channelsLast(dtypes.Float32, c.batch, c.size, c.in)
			compareWithGo(rt, b, []shapes.Shape{x, kernel}, 1e-4, func(f compute.Function, in []compute.Value) []compute.Value {
				k := in[1]
				if reversed {
					k = must(f.Reverse(k, c.axes().KernelSpatial...))
				}
				return []compute.Value{must(f.ConvGeneral(in[0], k, c.axes(), c.stride, c.padding, inDilation, c.dilation, c.groups, batchGroups))}
			})
			if batchGroups > 1 { // oneDNN has them as gradients by weights alone
				return
			}
			for _, n := range recorded(b, []shapes.Shape{x, kernel}, func(f compute.Function, in []compute.Value) compute.Value {
				return must(f.ConvGeneral(in[0], in[1], c.axes(), c.stride, c.padding, inDilation, c.dilation, c.groups, 1))
			}) {
				if newConvolution(n) == nil {
					rt.Errorf("left to the Go backend: %+v, input dilations %v", c, inDilation)
				}
			}
		})
	})
}

// recorded returns the convolutions of a graph.
func recorded(b *Backend, params []shapes.Shape, g func(f compute.Function, in []compute.Value) compute.Value) []*node {
	bld := b.Builder("recorded").(*Builder)
	var in []compute.Value
	for _, s := range params {
		in = append(in, must(bld.main.Parameter("", s, nil)))
	}
	g(bld.main, in)
	return bld.convolutions()
}
