package train

import (
	"fmt"

	"github.com/gomlx/compute"
	"github.com/gomlx/gomlx/core/tensors"

	"github.com/vicinal-ml/vicinal/data"
)

// batchFeed brings samples, and what they are labelled with, to the backend.
type batchFeed struct {
	x       feed[float32]
	labels  feed[int32]   // of classes
	targets feed[float32] // of the rest
	real    bool          // the samples have targets, not labels
	pixels  int           // labels of a sample; 0 where it has one
	classes int32         // of the pixels
}

func newBatchFeed(backend compute.Backend, info *data.Info) batchFeed {
	f := batchFeed{
		x:       feed[float32]{backend: backend, shape: info.Shape},
		labels:  feed[int32]{backend: backend},
		targets: feed[float32]{backend: backend, shape: []int{len(info.Targets)}},
		real:    info.Task == data.Regression || info.Task == data.MultiLabel,
	}
	if info.Task == data.Segmentation {
		f.labels.shape = info.Shape[:2]
		f.pixels, f.classes = info.Shape[0]*info.Shape[1], int32(len(info.Classes))
	}
	return f
}

// fill is that of feed, for samples and labels.
func (f *batchFeed) fill(batch *data.Batch) (x, given *tensors.Tensor, err error) {
	if x, err = f.x.fill(batch.N, batch.X); err != nil {
		return nil, nil, err
	}
	for i, label := range batch.Labels[:batch.N*f.pixels] {
		if label >= f.classes || label < data.Void {
			return nil, nil, fmt.Errorf("pixel %d of sample %d has label %d, which is none of the %d classes, nor %d for none", i%f.pixels, batch.Index[i/f.pixels], label, f.classes, data.Void)
		}
	}
	if f.real {
		given, err = f.targets.fill(batch.N, batch.Targets)
	} else {
		given, err = f.labels.fill(batch.N, batch.Labels)
	}
	return x, given, err
}

func (f *batchFeed) close() {
	f.x.close()
	f.labels.close()
	f.targets.close()
}
