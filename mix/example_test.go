package mix_test

import (
	"fmt"
	"log"

	"github.com/vicinal-ml/vicinal/mix"
)

// Mixing in a training loop of any kind: draw a plan for each batch, apply it
// to inputs and targets, train on the result.
func Example() {
	const epochs, size, classes, largest = 2, 3, 2, 4
	var trained []float32
	train := func(inputs, targets []float32) { trained = append(trained, targets...) }
	if err := trainMixed(epochs, largest, size, classes, train); err != nil {
		log.Fatal(err)
	}
	fmt.Printf("first mixed labels  %.3f\n", trained[:largest*classes])
	fmt.Printf("targets trained on  %d\n", len(trained)/classes)
	// Output:
	// first mixed labels  [0.495 0.505 0.086 0.914 0.036 0.964 0.903 0.097]
	// targets trained on  12
}

// trainMixed trains on batches of at most so many samples of size values. The
// README prints its body.
func trainMixed(epochs, largest, size, classes int, trainStep func(inputs, targets []float32)) error {
	method, err := mix.Parse("mixup:0.4,per=sample", epochs)
	if err != nil {
		return err
	}
	var plan mix.Plan
	inputs, targets := make([]float32, largest*size), make([]float32, largest*classes)
	seen := int64(0)
	for epoch := range epochs {
		for step, batch := range batches(epoch) {
			n := len(batch.Labels) // the last batch may be smaller
			at := mix.At{Seed: 1, Epoch: epoch, Step: step, Epochs: epochs, Seen: seen, N: n}
			if err := method.Draw(&plan, at); err != nil {
				return err
			}
			if err := mix.ApplyFloat32(inputs[:n*size], batch.Images, nil, &plan); err != nil {
				return err
			}
			if err := mix.ApplyClasses(targets[:n*classes], batch.Labels, nil, classes, &plan); err != nil {
				return err
			}
			trainStep(inputs[:n*size], targets[:n*classes])
			seen += int64(n)
		}
	}
	return nil
}

type loaded struct {
	Images []float32
	Labels []int32
}

// batches are two of an epoch, the second one smaller.
func batches(epoch int) []loaded {
	return []loaded{
		{[]float32{0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3}, []int32{0, 1, 0, 1}},
		{[]float32{4, 4, 4, 5, 5, 5}, []int32{0, 1}},
	}
}

// A schedule wraps a method: mixup from epoch 2 on and off again for the last
// three epochs. The same as Parse("mixup:0.2,warmup=2,last=3", 10).
func ExampleWarmup() {
	const epochs = 10
	method := mix.LastOff{
		Method: mix.Warmup{Method: mix.Mixup{Alpha: 0.2}, Epochs: 2},
		Epochs: 3,
	}
	fmt.Println(method)
	for epoch := range epochs {
		fmt.Print(mix.PhaseAt(method, mix.At{Epoch: epoch, Epochs: epochs, N: 1}), " ")
	}
	fmt.Println()
	// Output:
	// mixup:0.2,warmup=2,last=3
	// warm-up warm-up on on on on on fine-tune fine-tune fine-tune
}

// 8-bit images are mixed and normalised in one pass.
func ExampleApplyUint8() {
	images := []uint8{0, 51, 102, 255, 204, 153} // two images of one pixel, three channels
	norm := &mix.Normalization{Mean: []float32{0.5, 0.5, 0.5}, Std: []float32{0.25, 0.25, 0.25}}
	plan := &mix.Plan{N: 2, Partner: []int32{1, 0}, Input: []float32{0.75, 1}, Target: []float32{0.75, 1}}
	dst := make([]float32, len(images))
	if err := mix.ApplyUint8(dst, images, nil, norm, plan); err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%.2f\n", dst)
	// Output: [-1.00 -0.60 -0.20 2.00 1.20 0.40]
}

func ExampleBeta() {
	for _, a := range []float64{1, 0.2, 0.001} {
		b := mix.Beta{A: a}
		fmt.Printf("a = %v: weight within 0.01 of an end with probability %.3f\n", a, 2*b.CDF(0.01))
	}
	// Output:
	// a = 1: weight within 0.01 of an end with probability 0.020
	// a = 0.2: weight within 0.01 of an end with probability 0.420
	// a = 0.001: weight within 0.01 of an end with probability 0.995
}

// C-Mixup in a loop of your own: the plan says which training samples are the
// partners.
func ExamplePlan_chosen() {
	inputs := []float32{0, 1, 2, 3, 10, 11, 12, 13} // of one value each
	targets := []float32{0, 0.1, 0.2, 0.3, 5, 5.1, 5.2, 5.3}
	method, err := mix.Parse("mixup:2,partners=similar,bandwidth=0.2", 0)
	if err != nil {
		log.Fatal(err)
	}
	all := &mix.Train{N: len(inputs), Targets: targets}
	index := []int{6, 1, 4} // the batch
	var plan mix.Plan
	if err := method.Draw(&plan, mix.At{Seed: 1, N: len(index), Index: index, Train: all}); err != nil {
		log.Fatal(err)
	}
	batch, second, mixed := make([]float32, len(index)), make([]float32, len(index)), make([]float32, len(index))
	for i := range index {
		batch[i], second[i] = inputs[index[i]], inputs[plan.Chosen[i]]
	}
	if err := mix.ApplyFloat32(mixed, batch, second, &plan); err != nil {
		log.Fatal(err)
	}
	fmt.Printf("partners %v of samples %v: %.2f\n", plan.Chosen, index, mixed)
	// Output:
	// partners [4 2 6] of samples [6 1 4]: [10.50 1.75 11.50]
}
