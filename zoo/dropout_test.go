package zoo

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"
)

// dropped returns what two dropout layers make of ones.
func dropped[T float32 | float64](t *testing.T, p float64, dims []int, seed, epoch, step uint64, training bool) [2][]T {
	t.Helper()
	size := 1
	for _, d := range dims {
		size *= d
	}
	ones := slices.Repeat([]T{1}, size)
	var n [2]*Network
	b := newBuilder(dims[1:])
	b.dropout("first", p)
	n[0] = b.network("first", "", dims[1:], 1)
	b.dropout("second", p)
	n[1] = b.network("second", "", dims[1:], 1)
	// The second network's output over the first's is the second mask.
	var outputs [2][]T
	for i := range n {
		y, err := model.CallOnce(goBackendFor(t), model.NewStore(), func(scope *model.Scope, x, states *graph.Node) *graph.Node {
			scope.SetTraining(x.Graph(), training)
			n[i].SetDropoutStates(states)
			return n[i].Logits(scope, x)
		}, tensors.FromFlatDataAndDimensions(ones, dims...), n[i].DropoutStates(seed, epoch, step))
		if err != nil {
			t.Fatal(err)
		}
		if outputs[i], err = tensors.CopyFlatData[T](y); err != nil {
			t.Fatal(err)
		}
	}
	return outputs
}

func TestDropout(t *testing.T) {
	const p, n = 0.3, 40000
	dims := []int{4, 10, 10, 100}
	masks := dropped[float64](t, p, dims, 1, 2, 3, true)
	zeros := 0
	for i, v := range masks[0] {
		switch {
		case v == 0:
			zeros++
		case math.Abs(v-1/(1-p)) > 1e-12:
			t.Fatalf("value %d is %v, want 0 or %v", i, v, 1/(1-p))
		}
	}
	if deviation := math.Sqrt(n * p * (1 - p)); math.Abs(float64(zeros)-n*p) > 4*deviation {
		t.Errorf("%d of %d values dropped, want %v with a standard deviation of %v", zeros, n, n*p, deviation)
	}
	// Two layers drop independently of each other.
	both := 0
	for i, v := range masks[1] {
		if v != 0 {
			both++
			if masks[0][i] == 0 {
				t.Fatalf("value %d was dropped by the first layer and is %v", i, v)
			}
		}
	}
	if keep := (1 - p) * (1 - p); math.Abs(float64(both)-n*keep) > 4*math.Sqrt(n*keep*(1-keep)) {
		t.Errorf("%d of %d values pass both layers, want about %v", both, n, n*keep)
	}

	// Position and seed decide, the type does not.
	if again := dropped[float64](t, p, dims, 1, 2, 3, true); !slices.Equal(again[1], masks[1]) {
		t.Error("the same position dropped others")
	}
	single := dropped[float32](t, p, dims, 1, 2, 3, true)
	for i, v := range single[1] {
		if (v == 0) != (masks[1][i] == 0) {
			t.Fatalf("float32 and float64 differ in value %d", i)
		}
	}
	for _, at := range [][3]uint64{{2, 2, 3}, {1, 3, 3}, {1, 2, 4}, {1, 3, 2}} {
		other := dropped[float64](t, p, dims, at[0], at[1], at[2], true)
		same := 0
		for i, v := range other[0] {
			if (v == 0) == (masks[0][i] == 0) {
				same++
			}
		}
		if want := p*p + (1-p)*(1-p); math.Abs(float64(same)-n*want) > 4*math.Sqrt(n*want*(1-want)) {
			t.Errorf("seed, epoch, step %v agree with 1, 2, 3 in %d of %d values, want about %v", at, same, n, n*want)
		}
	}

	// Inference passes on what it gets.
	for _, v := range dropped[float64](t, p, dims, 1, 2, 3, false)[1] {
		if v != 1 {
			t.Fatalf("inference made %v of 1", v)
		}
	}
}

func TestDropoutRefuses(t *testing.T) {
	n, err := New("samplepairing:width=1,hidden=2", []int{8, 8, 1}, 3)
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"dropout1", "dropout2"}; !slices.Equal(n.Dropouts, want) {
		t.Errorf("dropout layers %v, want %v", n.Dropouts, want)
	}
	call := func(prepare func(x *graph.Node)) error {
		_, err := model.CallOnce(goBackendFor(t), newStore(t, n), func(scope *model.Scope, x *graph.Node) *graph.Node {
			scope.SetTraining(x.Graph(), true)
			prepare(x)
			return n.Logits(scope, x)
		}, tensor(draws("x", 64), 1, 8, 8, 1))
		return err
	}
	if err := call(func(*graph.Node) {}); err == nil || !strings.Contains(err.Error(), "SetDropoutStates") {
		t.Errorf("without states: %v", err)
	}
	if err := call(n.SetDropoutStates); err == nil || !strings.Contains(err.Error(), "needs dropout states (Uint64)[2, 3]") {
		t.Errorf("with other states: %v", err)
	}
	if err := call(func(x *graph.Node) { n.SetDropoutStates(graph.ConstTensor(x.Graph(), n.DropoutStates(1, 0, 0))) }); err != nil {
		t.Errorf("with its states: %v", err)
	}

	// Without dropout there are none.
	if plain, err := New("samplepairing:dropout=0", []int{8, 8, 1}, 3); err != nil || plain.Dropouts != nil || plain.DropoutStates(1, 0, 0) != nil {
		t.Errorf("dropout=0: %+v, %v", plain, err)
	}
}
