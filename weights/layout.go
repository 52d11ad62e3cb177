package weights

import "github.com/vicinal-ml/vicinal/zoo"

// torchDims returns the dimensions of a variable in PyTorch.
func torchDims(v *zoo.Variable) []int {
	switch d := v.Dims; len(d) {
	case 4:
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
	d, ok := planeAndChannels(v)
	if !ok {
		return values
	}
	out := make([]float32, len(values))
	plane := d[0] * d[1]
	for p := range plane {
		for i := range d[2] {
			row := values[(p*d[2]+i)*d[3]:][:d[3]]
			for o, value := range row {
				out[(o*d[2]+i)*plane+p] = value
			}
		}
	}
	return out
}

// fromTorch is the inverse of toTorch.
func fromTorch(v *zoo.Variable, values []float32) []float32 {
	d, ok := planeAndChannels(v)
	if !ok {
		return values
	}
	out := make([]float32, len(values))
	plane := d[0] * d[1]
	for p := range plane {
		for i := range d[2] {
			row := out[(p*d[2]+i)*d[3]:][:d[3]]
			for o := range row {
				row[o] = values[(o*d[2]+i)*plane+p]
			}
		}
	}
	return out
}
