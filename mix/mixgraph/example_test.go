package mixgraph_test

import (
	"fmt"
	"log"
	"math/rand/v2"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/gobackend"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/dataset"
	"github.com/gomlx/gomlx/ml/layers"
	"github.com/gomlx/gomlx/ml/model"
	"github.com/gomlx/gomlx/ml/train"
	"github.com/gomlx/gomlx/ml/train/loss"
	"github.com/gomlx/gomlx/ml/train/optimizer"

	"github.com/vicinal-ml/vicinal/mix"
	"github.com/vicinal-ml/vicinal/mix/mixgraph"
)

// An existing GoMLX loop: the three lines with mixgraph are what changed.
func Example() {
	const epochs, classes = 30, 2
	backend, err := gobackend.New("")
	if err != nil {
		log.Fatal(err)
	}
	defer backend.Finalize()

	modelFn := func(scope *model.Scope, x *graph.Node) *graph.Node {
		x = graph.Tanh(layers.DenseWithBias(scope.In("hidden"), x, 16))
		return layers.DenseWithBias(scope.In("output"), x, classes)
	}
	method, err := mix.Parse("mixup:0.2,last=5", epochs)
	if err != nil {
		log.Fatal(err)
	}

	trainSet := twoClouds(backend, 1).BatchSize(16, false)
	mixedSet, err := mixgraph.New(trainSet, method, 1, epochs) // 1: was trainSet itself
	if err != nil {
		log.Fatal(err)
	}
	trainer := train.NewTrainer(backend, model.NewStore(),
		mixgraph.Model(modelFn), // 2: was modelFn
		mixgraph.ClassLoss(loss.CategoricalCrossEntropyLogits, classes), // 3: was SparseCategoricalCrossEntropyLogits
		optimizer.Adam().LearningRate(0.05).Done(), nil, nil)

	if _, err := train.NewLoop(trainer).RunEpochs(mixedSet, epochs); err != nil {
		log.Fatal(err)
	}
	// The evaluation is as it was, and unmixed.
	metrics, err := trainer.Eval(twoClouds(backend, 2).BatchSize(32, false))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("test loss below 0.1:", tensors.ToScalar[float32](metrics[0]) < 0.1)
	// Output: test loss below 0.1: true
}

// twoClouds returns 100 points around (-1, -1) and (1, 1) and their classes.
func twoClouds(backend compute.Backend, seed uint64) *dataset.InMemoryDataset {
	rng := rand.New(rand.NewPCG(seed, 0))
	const n = 100
	points, labels := make([]float32, 0, 2*n), make([]int32, 0, n)
	for i := range n {
		class := int32(i % 2)
		center := float64(2*class - 1)
		points = append(points, float32(center+0.3*rng.NormFloat64()), float32(center+0.3*rng.NormFloat64()))
		labels = append(labels, class)
	}
	ds, err := dataset.InMemoryFromData(backend, "clouds",
		[]any{tensors.FromFlatDataAndDimensions(points, n, 2)}, []any{tensors.FromFlatDataAndDimensions(labels, n, 1)})
	if err != nil {
		log.Fatal(err)
	}
	return ds
}
