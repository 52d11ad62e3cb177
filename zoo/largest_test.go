package zoo

import (
	"slices"
	"testing"

	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
)

// TestLargestOfTies compares with the gradient of PyTorch's amax: 1 for each
// channel, shared by the values that tie.
func TestLargestOfTies(t *testing.T) {
	x := [][][][]float64{{{{1, -2}, {4, -2}}, {{4, -2}, {3, -2}}}} // two tie in the first channel, all in the second
	outputs, err := graph.CallOnceN(goBackendFor(t), func(x *graph.Node) []*graph.Node {
		y := largest(x)
		return []*graph.Node{y, graph.Gradient(graph.ReduceAllSum(y), x)[0]}
	}, tensors.FromValue(x))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := flat(t, outputs[0]), []float64{4, -2}; !slices.Equal(got, want) {
		t.Errorf("largest %v, want %v", got, want)
	}
	want := []float64{0, 0.25, 0.5, 0.25, 0.5, 0.25, 0, 0.25}
	if got := flat(t, outputs[1]); !slices.Equal(got, want) {
		t.Errorf("gradient %v, want %v", got, want)
	}
}
