package stream_test

import (
	"fmt"

	"github.com/vicinal-ml/vicinal/stream"
)

// A stream's numbers depend on seed, name and position alone.
func Example() {
	augment := stream.New(1, stream.Augment)
	r := augment.AtSample(3, 14, 15) // epoch 3, step 14, sample 15
	flip, shift := r.IntN(2) == 1, r.IntN(9)-4
	fmt.Println(flip, shift)
	// Output: false 4
}
