package cli

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/gomlx/compute"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
)

// checkBackend opens a backend and has it multiply two matrices: a backend that opens but cannot compute
// is of no use.
func checkBackend(f *Factory, config string) Check {
	c := Check{Name: "backend", Status: StatusFailed}
	backend, err := f.Backend(config)
	if err != nil {
		c.Found = err.Error()
		c.Fix = "use --backend go, which needs nothing"
		return c
	}
	defer backend.Finalize()
	rate, err := matrixRate(backend)
	if err != nil {
		c.Found = fmt.Sprintf("%s opens but does not compute: %v", backend.Name(), err)
		c.Fix = "use --backend go, which needs nothing"
		return c
	}
	registered := compute.List()
	slices.Sort(registered)
	c.Status = StatusOK
	c.Found = fmt.Sprintf("%s, %.0f GFLOP/s on a matrix product (built in: %s)", backend.Name(), rate/1e9, strings.Join(registered, ", "))
	return c
}

// matrixRate is the best of three rates of a product of two 512 x 512 matrices, in FLOP/s.
func matrixRate(backend compute.Backend) (float64, error) {
	const n = 512
	exec, err := graph.NewExec(backend, func(a *graph.Node) *graph.Node { return graph.MatMul(a, a) })
	if err != nil {
		return 0, err
	}
	defer exec.Finalize()
	identity := make([]float32, n*n)
	for i := range n {
		identity[i*n+i] = 1
	}
	best := time.Duration(0)
	for i := range 4 {
		start := time.Now()
		product, err := exec.Call1(tensors.FromFlatDataAndDimensions(identity, n, n))
		if err != nil {
			return 0, err
		}
		// The first call compiles.
		if d := time.Since(start); i > 0 && (best == 0 || d < best) {
			best = d
		}
		if got := tensors.MustCopyFlatData[float32](product); !slices.Equal(got, identity) {
			return 0, errors.New("a product with the identity matrix came out wrong")
		}
	}
	return 2 * n * n * n / best.Seconds(), nil
}
