package dnnl_test

import (
	"fmt"
	"log"
	"runtime"
	"unsafe"

	"github.com/vicinal-ml/vicinal/backend/onednn/internal/dnnl"
)

// A matrix product, from opening the library to the result.
func Example() {
	lib, err := dnnl.Load()
	if err != nil {
		log.Fatal(err) // says which names were tried and which packages bring them
	}
	runtime.LockOSThread() // OpenMP's threads belong to the thread that calls Run
	defer runtime.UnlockOSThread()

	engine, err := lib.NewEngine()
	if err != nil {
		log.Fatal(err)
	}
	defer engine.Destroy()
	stream, err := engine.NewStream()
	if err != nil {
		log.Fatal(err)
	}
	defer stream.Destroy()

	square, err := engine.NewMemoryDesc([]int{2, 2}, dnnl.F32, nil)
	if err != nil {
		log.Fatal(err)
	}
	defer square.Destroy()
	desc, err := engine.Matmul(&dnnl.Matmul{Src: square, Weights: square, Dst: square}, nil)
	if err != nil {
		log.Fatal(err)
	}
	defer desc.Destroy()
	product, err := desc.NewPrimitive()
	if err != nil {
		log.Fatal(err)
	}
	defer product.Destroy()

	a, b, c := []float32{1, 2, 3, 4}, []float32{0, 1, 1, 0}, make([]float32, 4)
	args := dnnl.Args{}
	for arg, data := range map[dnnl.Arg][]float32{dnnl.ArgSrc: a, dnnl.ArgWeights: b, dnnl.ArgDst: c} {
		memory, err := engine.NewMemory(product.Desc(arg), unsafe.Pointer(&data[0]))
		if err != nil {
			log.Fatal(err)
		}
		defer memory.Destroy()
		args[arg] = memory
	}
	if n := product.ScratchpadSize(); n > 0 {
		scratchpad := make([]byte, n)
		memory, err := engine.NewMemory(product.Desc(dnnl.ArgScratchpad), unsafe.Pointer(&scratchpad[0]))
		if err != nil {
			log.Fatal(err)
		}
		defer memory.Destroy()
		args[dnnl.ArgScratchpad] = memory
	}
	run, err := product.Bind(args)
	if err != nil {
		log.Fatal(err)
	}
	defer run.Destroy()
	if err := run.Run(stream); err != nil {
		log.Fatal(err)
	}
	fmt.Println(c)
}
