package onednn_test

import (
	"cmp"
	"math/rand/v2"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/layers/activation"

	"github.com/vicinal-ml/vicinal/backend/onednn"
)

// inferred is x normalised by running statistics.
func (b *netBuilder) inferred(x *Node) *Node {
	c := []int{x.Shape().Dimensions[3]}
	v := func(name string, value float32) *Node { return b.parameter(name, c, constantly(value)) }
	return InternalBatchNormForInference(x, v("scale", 1), v("offset", 0), v("mean", 0.1), v("variance", 1), 1e-5, 3)
}

func (b *netBuilder) preActivation(x *Node, out, stride int) *Node {
	h := activation.Relu(b.inferred(x))
	shortcut := x
	if stride != 1 || x.Shape().Dimensions[3] != out {
		shortcut = b.conv(h, out, 1, stride)
	}
	h = activation.Relu(b.inferred(b.conv(h, out, 3, stride)))
	return Add(b.conv(h, out, 3, 1), shortcut)
}

func (b *netBuilder) bottleneck(x *Node, width, stride int) *Node {
	shortcut := x
	if stride != 1 || x.Shape().Dimensions[3] != 4*width {
		shortcut = b.inferred(b.conv(x, 4*width, 1, stride))
	}
	h := activation.Relu(b.inferred(b.conv(x, width, 1, 1)))
	h = activation.Relu(b.inferred(b.conv(h, width, 3, stride)))
	return activation.Relu(Add(b.inferred(b.conv(h, 4*width, 1, 1)), shortcut))
}

// BenchmarkInference evaluates networks whose statistics are fixed. Set GOMLX_BACKEND to measure with options.
func BenchmarkInference(b *testing.B) {
	for _, net := range []struct {
		name                 string
		batch, size, classes int
		graph                func(b *netBuilder, x *Node) *Node
	}{
		{"PreActResNet-18", 128, 32, 10, func(b *netBuilder, x *Node) *Node {
			h := b.conv(x, 64, 3, 1)
			for stage := range 4 {
				h = b.preActivation(h, 64<<stage, min(stage+1, 2))
				h = b.preActivation(h, 64<<stage, 1)
			}
			return activation.Relu(b.inferred(h))
		}},
		{"ResNet-50", 16, 224, 1000, func(b *netBuilder, x *Node) *Node {
			h := MaxPool(activation.Relu(b.inferred(b.conv(x, 64, 7, 2)))).Window(3).Strides(2).PadSame().Done()
			for stage, blocks := range []int{3, 4, 6, 3} {
				for i := range blocks {
					stride := 1
					if stage > 0 && i == 0 {
						stride = 2
					}
					h = b.bottleneck(h, 64<<stage, stride)
				}
			}
			return h
		}},
	} {
		b.Run(net.name, func(b *testing.B) {
			backend, err := compute.NewWithConfig(cmp.Or(os.Getenv(compute.ConfigEnvVar), onednn.BackendName))
			if err != nil {
				b.Skip(err)
			}
			defer backend.Finalize()
			nb := &netBuilder{g: NewGraph(backend, net.name), rng: rand.New(rand.NewPCG(1, 1)), initial: map[*Node][]float32{}}
			images := Parameter(nb.g, "images", shapes.Make(dtypes.Float32, net.batch, net.size, net.size, 3))
			h := ReduceMean(net.graph(nb, images), 1, 2)
			head := nb.parameter("head", []int{h.Shape().Dimensions[1], net.classes}, constantly(0.01))
			if err := nb.g.Compile(Dot(h, head).Product()); err != nil {
				b.Fatal(err)
			}
			defer nb.g.Finalize()
			nb.initial[images] = make([]float32, images.Shape().Size())
			for i := range nb.initial[images] {
				nb.initial[images][i] = float32(nb.rng.NormFloat64())
			}
			inputs := make([]compute.Buffer, nb.g.NumParameters())
			for n, flat := range nb.initial {
				if inputs[n.GetParameterHandle()], err = backend.BufferFromFlatData(0, flat, n.Shape()); err != nil {
					b.Fatal(err)
				}
			}
			var times []time.Duration
			for b.Loop() {
				start := time.Now()
				nb.g.RunWithBuffers(inputs, make([]bool, len(inputs)), 0)
				times = append(times, time.Since(start))
			}
			slices.Sort(times)
			b.ReportMetric(float64(net.batch)/times[len(times)/2].Seconds(), "images/s")
		})
	}
}
