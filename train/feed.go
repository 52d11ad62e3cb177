package train

import (
	"fmt"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	"github.com/gomlx/gomlx/core/tensors"

	"github.com/vicinal-ml/vicinal/data"
)

// feed brings batches to the backend. It keeps one tensor and fills it anew:
// where the backend computes in memory that it shares, a batch is copied once
// and nothing is allocated; elsewhere it is copied to the device too.
type feed struct {
	backend compute.Backend
	shape   []int // of one sample
	tensor  *tensors.Tensor
	n       int // samples of tensor
}

// samples returns a tensor [N shape...] of the batch's samples. It is valid
// until the next call: what reads it must have ended by then.
func (f *feed) samples(batch *data.Batch) (*tensors.Tensor, error) {
	if f.tensor == nil || f.n != batch.N {
		f.close()
		shape := shapes.Make(dtypes.Float32, append([]int{batch.N}, f.shape...)...)
		tensor, err := tensors.FromShapeForBackend(f.backend, 0, shape)
		if err != nil {
			return nil, fmt.Errorf("making room for %d samples: %w", batch.N, err)
		}
		f.tensor, f.n = tensor, batch.N
	}
	if err := tensors.AssignFlatData(f.tensor, batch.X); err != nil {
		return nil, fmt.Errorf("passing on a batch: %w", err)
	}
	return f.tensor, nil
}

// close frees the tensor.
func (f *feed) close() {
	if f.tensor != nil {
		_ = f.tensor.FinalizeAll() // what cannot be freed harms no result
		f.tensor = nil
	}
}
