package kernel_test

import (
	"fmt"
	"unsafe"

	"github.com/vicinal-ml/vicinal/backend/onednn/internal/kernel"
)

// A step of stochastic gradient descent with momentum, in place: v = mu*v + g, w = w - lr*v.
func ExampleProgram() {
	b := kernel.NewBuilder()
	w, v, g, lr := b.Input(kernel.F32), b.Input(kernel.F32), b.Input(kernel.F32), b.Input(kernel.F32)
	v = b.Binary(kernel.Add, b.Binary(kernel.Mul, v, b.Const(0.5)), g)
	b.Output(kernel.F32, v)
	b.Output(kernel.F32, b.Binary(kernel.Sub, w, b.Binary(kernel.Mul, lr, v)))
	sgd, err := b.Compile([]int{3}, []kernel.Access{nil, nil, nil, kernel.Scalar(1)}, nil)
	if err != nil {
		fmt.Println(err)
		return
	}

	team := kernel.NewTeam(kernel.Config{Workers: 2})
	defer team.Close()
	weights, velocity, gradient, rate := []float32{1, 2, 3}, []float32{0, 0, 4}, []float32{1, 2, 4}, []float32{0.25}
	at := func(x []float32) unsafe.Pointer { return unsafe.Pointer(&x[0]) }
	sgd.Run(team, []unsafe.Pointer{at(velocity), at(weights)}, []unsafe.Pointer{at(weights), at(velocity), at(gradient), at(rate)})
	fmt.Println(weights, velocity)
	// Output: [0.75 1.5 1.5] [1 2 6]
}

// The gradient of a bias: the sum over all axes but the channels of those elements that pass a ReLU.
func ExampleBuilder_Reduce() {
	b := kernel.NewBuilder()
	y, dy := b.Input(kernel.F32), b.Input(kernel.F32)
	b.Reduce(kernel.F32, kernel.ReduceSum, b.Binary(kernel.ReluGrad, y, dy), 1)
	sum, err := b.Compile([]int{2, 2, 3}, []kernel.Access{nil, nil}, []int{0, 1})
	if err != nil {
		fmt.Println(err)
		return
	}

	team := kernel.NewTeam(kernel.Config{Workers: 1})
	defer team.Close()
	activation := []float32{1, 0, 1, 1, 1, 0, 1, 0, 0, 1, 0, 0}
	gradient := []float32{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}
	result := make([]float32, 3)
	at := func(x []float32) unsafe.Pointer { return unsafe.Pointer(&x[0]) }
	sum.Run(team, []unsafe.Pointer{at(result)}, []unsafe.Pointer{at(activation), at(gradient)})
	fmt.Println(result)
	// Output: [22 5 3]
}
