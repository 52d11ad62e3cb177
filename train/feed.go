package train

import (
	"fmt"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	"github.com/gomlx/gomlx/core/tensors"
)

// feed brings rows of numbers to the backend, batch after batch. It keeps one
// tensor and fills it anew: where the backend computes in memory that it
// shares, a batch is copied once and nothing is allocated; elsewhere it is
// copied to the device too.
type feed[T float32 | int32] struct {
	backend compute.Backend
	shape   []int // of one row
	tensor  *tensors.Tensor
	n       int // rows of tensor
}

// fill returns a tensor [n shape...] of the values. It is valid until the next
// call: what reads it must have ended by then.
func (f *feed[T]) fill(n int, values []T) (*tensors.Tensor, error) {
	if f.tensor == nil || f.n != n {
		f.close()
		shape := shapes.Make(dtypes.FromGenericsType[T](), append([]int{n}, f.shape...)...)
		tensor, err := tensors.FromShapeForBackend(f.backend, 0, shape)
		if err != nil {
			return nil, fmt.Errorf("making room for a batch of shape %v: %w", shape, err)
		}
		f.tensor, f.n = tensor, n
	}
	if err := tensors.AssignFlatData(f.tensor, values); err != nil {
		return nil, fmt.Errorf("passing on a batch: %w", err)
	}
	return f.tensor, nil
}

// close frees the tensor.
func (f *feed[T]) close() {
	if f.tensor != nil {
		_ = f.tensor.FinalizeAll() // what cannot be freed harms no result
		f.tensor = nil
	}
}
