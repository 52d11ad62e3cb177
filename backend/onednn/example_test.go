package onednn_test

import (
	"fmt"

	"github.com/gomlx/compute"
	. "github.com/gomlx/gomlx/core/graph"

	_ "github.com/vicinal-ml/vicinal/backend/onednn"
)

// The backend is chosen by name, or by GOMLX_BACKEND=onednn in the environment.
func Example() {
	backend, err := compute.NewWithConfig("onednn:threads=2")
	if err != nil {
		// err says which libraries were tried and what to install. Slowly, but without one:
		if backend, err = compute.NewWithConfig("onednn:fallback"); err != nil {
			fmt.Println(err)
			return
		}
	}
	defer backend.Finalize()
	norm := MustNewExec(backend, func(x *Node) *Node { return Sqrt(ReduceAllSum(Mul(x, x))) })
	defer norm.Finalize()
	fmt.Println(norm.MustCall([]float32{3, 4})[0])
	// Output: float32(5)
}
