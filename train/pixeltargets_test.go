package train

import (
	"slices"
	"testing"

	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
)

// TestPixelTargets mixes two pictures of two pixels: as CutMix with a box on the
// left, as mixup, as SamplePairing, which keeps the first one's labels, and not
// at all.
func TestPixelTargets(t *testing.T) {
	rows := []float32{1, 1, 0, 0} // of each picture its two pixels, of one class
	for name, c := range map[string]struct {
		input, target float32
		region        []float32
		want          []float32
	}{
		"CutMix":        {0, 0.5, []float32{0, 0, 1, 0.5}, []float32{0, 1, 1, 0}},
		"mixup":         {0.75, 0.75, []float32{0, 0, 1, 1}, []float32{0.75, 0.75, 0.25, 0.25}},
		"SamplePairing": {0.5, 1, []float32{0, 0, 1, 1}, rows},
		"an empty box":  {0, 1, []float32{0, 0, 0, 0}, rows},
	} {
		outputs, err := graph.CallOnceN(backendFor(t), func(x, partner, input, target, region *graph.Node) []*graph.Node {
			return []*graph.Node{pixelTargets(x, x, partner, input, target, region)}
		}, tensors.FromFlatDataAndDimensions(rows, 2, 1, 2, 1), tensors.FromValue([]int32{1, 0}),
			tensors.FromValue([]float32{c.input, c.input}), tensors.FromValue([]float32{c.target, c.target}),
			tensors.FromFlatDataAndDimensions(slices.Concat(c.region, c.region), 2, 4))
		if err != nil {
			t.Fatal(err)
		}
		got, err := tensors.CopyFlatData[float32](outputs[0])
		if err != nil || !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, %v, want %v", name, got, err, c.want)
		}
	}
}
