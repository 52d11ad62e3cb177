package study_test

import (
	"context"
	"fmt"
	"log"

	"github.com/gomlx/compute"

	"github.com/vicinal-ml/vicinal/study"
	"github.com/vicinal-ml/vicinal/train"
)

// Test errors of two methods with the same five seeds, in percent.
func ExampleCompare() {
	erm := []float64{9.6, 6.8, 7.3, 6.8, 9.5}
	mixup := []float64{6.8, 6.7, 6.8, 7.0, 6.8}
	paired, err := study.Compare(erm, mixup)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%+.2f points, 95 %% interval %+.2f to %+.2f, p = %.2f, %d pairs\n",
		paired.Mean, paired.Test.Low, paired.Test.High, paired.Test.P, paired.N)
	// Output:
	// -1.18 points, 95 % interval -2.99 to +0.63, p = 0.14, 5 pairs
}

func ExampleRun() {
	spec := study.DefaultSpec()
	spec.Methods = []string{"erm", "mixup:0.2", "mixup:1"}
	spec.Seeds = []uint64{1, 2, 3}
	newBackend := func() (compute.Backend, error) { return train.Backend("") }
	results, err := study.Run(context.Background(), spec, "runs/digits", newBackend, study.Hooks{
		End: func(r study.RunRecord) {
			fmt.Printf("%s seed %d: %.2f %%\n", r.Method, r.Seed, r.Values.Of("test_error"))
		},
	})
	if err != nil {
		log.Fatal(err)
	}
	for _, row := range results.Rows {
		fmt.Printf("%s: %.2f %%\n", row.Method, row.Summary.Mean)
	}
}
