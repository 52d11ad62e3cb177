package augment_test

import (
	"fmt"

	"github.com/vicinal-ml/vicinal/data/augment"
)

func Example() {
	pipeline, err := augment.Parse("rrc:0.08-1:224,flip,jitter:0.4,lighting:0.1")
	if err != nil {
		panic(err)
	}
	streams := pipeline.Streams(1, "")

	var canvas augment.Canvas
	canvas.Set(375, 500, 3) // and write the image into canvas.Pix
	epoch, sample := 0, 42
	if err := pipeline.Apply(&canvas, streams, epoch, sample); err != nil {
		panic(err)
	}
	fmt.Println(pipeline, canvas.H, canvas.W, canvas.C)
	// Output: rrc:0.08-1:224,flip,jitter:0.4,lighting:0.1 224 224 3
}
