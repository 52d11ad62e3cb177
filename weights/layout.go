package weights

import (
	"iter"

	"github.com/vicinal-ml/vicinal/zoo"
)

// torchDims returns the dimensions of a variable in PyTorch.
func torchDims(v *zoo.Variable) []int {
	switch d := v.Dims; len(d) {
	case 4:
		if v.Transposed {
			return []int{d[2], d[3], d[0], d[1]}
		}
		return []int{d[3], d[2], d[0], d[1]}
	case 2:
		return []int{d[1], d[0]}
	default:
		return d
	}
}

// planeAndChannels returns a kernel's dimensions as [height width in out]. A
// dense kernel on an image has the image's; one on a vector has a plane of 1.
// All is false for what has no kernel's layout.
func planeAndChannels(v *zoo.Variable) (d [4]int, ok bool) {
	switch {
	case len(v.Dims) == 4:
		return [4]int(v.Dims), true
	case len(v.Dims) == 2 && len(v.Input) == 3 && v.Input[0]*v.Input[1]*v.Input[2] == v.Dims[0]:
		return [4]int{v.Input[0], v.Input[1], v.Input[2], v.Dims[1]}, true
	case len(v.Dims) == 2:
		return [4]int{1, 1, v.Dims[0], v.Dims[1]}, true
	default:
		return d, false
	}
}

// toTorch returns the values of a variable in PyTorch's order.
func toTorch(v *zoo.Variable, values []float32) []float32 {
	out := make([]float32, len(values))
	for here, there := range orders(v) {
		out[there] = values[here]
	}
	return out
}

// fromTorch is the inverse of toTorch.
func fromTorch(v *zoo.Variable, values []float32) []float32 {
	out := make([]float32, len(values))
	for here, there := range orders(v) {
		out[here] = values[there]
	}
	return out
}

// orders yields where each value of a variable lies here and in PyTorch.
func orders(v *zoo.Variable) iter.Seq2[int, int] {
	d, ok := planeAndChannels(v)
	if !ok {
		d = [4]int{1, 1, v.Size(), 1}
	}
	plane, in, out := d[0]*d[1], d[2], d[3]
	ofIn, ofOut := plane, in*plane // PyTorch's strides
	if v.Transposed {
		ofIn, ofOut = out*plane, plane
	}
	return func(yield func(here, there int) bool) {
		here := 0
		for p := range plane {
			for i := range in {
				for o := range out {
					if !yield(here, i*ofIn+o*ofOut+p) {
						return
					}
					here++
				}
			}
		}
	}
}
