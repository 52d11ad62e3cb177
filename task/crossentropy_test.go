package task

import (
	"math"
	"testing"

	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
)

func TestCrossEntropy(t *testing.T) {
	logits := [][]float64{{0, 0, 0}, {1, 2, 3}, {1, 2, 3}, {1000, -1000, 0}, {-1e30, 1e30, 0}, {2, 2, 1}}
	targets := [][]float64{{1, 0, 0}, {0, 0, 1}, {0.3, 0, 0.7}, {1, 0, 0}, {0, 1, 0}, {0.25, 0.5, 0.25}}
	// -sum t log softmax, by hand: log sum exp(1,2,3) = 3 + log(1+e^-1+e^-2).
	tail := math.Log(1 + math.Exp(-1) + math.Exp(-2))
	wantLoss := []float64{math.Log(3), tail, 0.3*2 + tail, 0, 0, 0.25 + math.Log(2+math.Exp(-1))}
	outputs, err := graph.CallOnceN(newBackend(t), func(z, y *graph.Node) []*graph.Node {
		loss := crossEntropy(z, y)
		return []*graph.Node{loss, graph.Gradient(graph.ReduceAllSum(loss), z)[0], graph.Softmax(z)}
	}, tensors.FromValue(logits), tensors.FromValue(targets))
	if err != nil {
		t.Fatal(err)
	}
	loss := outputs[0].Value().([]float64)
	gradient, softmax := outputs[1].Value().([][]float64), outputs[2].Value().([][]float64)
	for i := range logits {
		if math.Abs(loss[i]-wantLoss[i]) > 1e-12 {
			t.Errorf("loss of %v against %v: %v, want %v", logits[i], targets[i], loss[i], wantLoss[i])
		}
		for k := range logits[i] {
			// The gradient of cross entropy is softmax minus target.
			if want := softmax[i][k] - targets[i][k]; math.Abs(gradient[i][k]-want) > 1e-12 {
				t.Errorf("gradient of %v against %v: %v at %d, want %v", logits[i], targets[i], gradient[i][k], k, want)
			}
		}
	}
}
