package onednn

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	"pgregory.net/rapid"

	"github.com/vicinal-ml/vicinal/backend/onednn/internal/winograd"
)

// byWinograd counts the steps of package winograd.
func byWinograd(steps []string) int {
	n := 0
	for _, s := range steps {
		if strings.Contains(s, "winograd ") {
			n++
		}
	}
	return n
}

// TestOwnWinograd compares convolutions by package winograd, and their gradients, with the Go backend, for images of all
// sizes beside whole tiles, with one thread and several, and with products of matrices by either.
func TestOwnWinograd(t *testing.T) {
	if !winograd.Fast() {
		t.Skip("SKIP: no vector instructions for the transforms")
	}
	for _, threads := range []string{"threads=1", "threads=3", "threads=3,libraryproducts"} {
		t.Run(threads, func(t *testing.T) {
			eachLibrary(t, "winograd,"+threads, func(t *testing.T, b *Backend) {
				reference := newTestBackend(t, "fallback")
				channels := rapid.SampledFrom([]int{8, 16, 24, 40}) // the Go backend is slow
				used := 0
				rapid.Check(t, func(rt *rapid.T) {
					c := groupedCase{batch: rapid.IntRange(1, 3).Draw(rt, "batch"), groups: 1, kernel: 3, stride: 1, dilation: 1,
						in: channels.Draw(rt, "in"), out: channels.Draw(rt, "out"), padding: rapid.IntRange(0, 1).Draw(rt, "padding")}
					c.size = rapid.IntRange(3-2*c.padding, 10).Draw(rt, "size")
					want, _ := c.gradients(rt, reference)
					got, steps := c.gradients(rt, b)
					for i, what := range []string{"output", "gradient by the image", "gradient by the kernel"} {
						closeTo(rt, fmt.Sprintf("%+v: %s", c, what), got[i], want[i], 1e-5)
					}
					used += byWinograd(steps)
				})
				if used == 0 && strings.HasPrefix(b.lib.Info().ISA, "avx") {
					t.Errorf("%v: no convolution was computed by the transforms", b.lib.Info())
				}
			})
		})
	}
}

// TestOwnWinogradRepeats runs one plan with several threads twice: the parts that each has must not change the results.
func TestOwnWinogradRepeats(t *testing.T) {
	c := groupedCase{batch: 16, size: 16, groups: 1, in: 32, out: 64, kernel: 3, stride: 1, dilation: 1, padding: 1}
	b := newTestBackend(t, "winograd,threads=3")
	first, _ := c.gradients(t, b)
	for range 5 {
		again, _ := c.gradients(t, b)
		for i := range first {
			if !slices.Equal(first[i], again[i]) {
				t.Fatalf("result %d differs from run to run", i)
			}
		}
	}
}

// TestOwnWinogradBias adds a bias and pads on one side only.
func TestOwnWinogradBias(t *testing.T) {
	eachLibrary(t, "winograd", func(t *testing.T, b *Backend) {
		params := []shapes.Shape{shapes.Make(dtypes.Float32, 2, 7, 9, 16), shapes.Make(dtypes.Float32, 3, 3, 16, 24), shapes.Make(dtypes.Float32, 24)}
		compareWithGo(t, b, params, 1e-5, func(f compute.Function, in []compute.Value) []compute.Value {
			y := must(f.ConvGeneral(in[0], in[1], convCase{rank: 2}.axes(), nil, [][2]int{{2, 0}, {0, 1}}, nil, nil, 1, 1))
			bias := must(f.BroadcastInDim(in[2], shapes.Make(dtypes.Float32, 2, 7, 8, 24), []int{3}))
			return []compute.Value{must(f.Add(y, bias))}
		})
	})
}

// TestWinogradPays pins the fixed table.
func TestWinogradPays(t *testing.T) {
	for _, test := range []struct {
		size, in, out int
		want          bool
	}{
		{32, 64, 64, true}, {3, 256, 256, true}, {7, 512, 512, true}, {31, 24, 64, true},
		{32, 16, 16, false}, {32, 3, 64, false}, {1, 512, 512, false}, {2, 512, 512, false},
	} {
		c := groupedCase{batch: 2, size: test.size, groups: 1, in: test.in, out: test.out, kernel: 3, stride: 1, dilation: 1, padding: 1}.weightsGradient()
		for _, c.kind = range []convKind{convForward, convBackwardData, convBackwardWeights} {
			if got := c.winogradPays(); got != test.want {
				t.Errorf("%v of %dx%d, %d to %d channels: %v, want %v", c.kind, test.size, test.size, test.in, test.out, got, test.want)
			}
		}
	}
}
