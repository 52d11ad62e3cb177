package onednn

import (
	"maps"
	"testing"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
)

// TestAlgorithmIsChosenOnce compiles one convolution on two backends: the second takes what the first measured.
func TestAlgorithmIsChosenOnce(t *testing.T) {
	compile := func(config string) {
		// A shape that no other test has, large enough for Winograd's algorithm to be a candidate.
		params := []shapes.Shape{shapes.Make(dtypes.Float32, 3, 17, 19, 48), shapes.Make(dtypes.Float32, 3, 3, 48, 64)}
		exec, err := compileGraph(newTestBackend(t, config), params, func(f compute.Function, in []compute.Value) []compute.Value {
			return []compute.Value{must(f.ConvGeneral(in[0], in[1], convCase{rank: 2}.axes(), nil, [][2]int{{1, 1}, {1, 1}}, nil, nil, 1, 1))}
		})
		if err != nil {
			t.Fatal(err)
		}
		exec.Finalize()
	}
	chosen := func() map[string]int {
		algorithms.mu.Lock()
		defer algorithms.mu.Unlock()
		return maps.Clone(algorithms.fastestOf)
	}
	before := chosen()
	compile("threads=1,mixed")
	first := chosen()
	if len(first) == len(before) {
		t.Skip("SKIP: this library has one way to compute the convolution")
	}
	compile("threads=1,mixed")
	if second := chosen(); !maps.Equal(first, second) {
		t.Errorf("timed again: %v, then %v", first, second)
	}
	compile("threads=2,mixed")
	if other := chosen(); len(other) != len(first)+1 {
		t.Errorf("%d choices with another number of threads, want %d", len(other), len(first)+1)
	}
	compile("threads=2,mixed,deterministic")
	if fixed := chosen(); len(fixed) != len(first)+1 {
		t.Errorf("the option deterministic timed")
	}
}
