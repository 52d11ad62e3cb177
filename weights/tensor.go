package weights

import (
	"encoding/binary"
	"fmt"
	"math"

	"github.com/gomlx/compute/dtypes/float16"
	"github.com/nlpodyssey/safetensors"
)

// tensor is one tensor of a file, still encoded.
type tensor struct {
	dims  []int
	dtype safetensors.DType
	data  []byte
}

// size is the number of values.
func (t tensor) size() int {
	n := 1
	for _, d := range t.dims {
		n *= d
	}
	return n
}

// parse reads a file's tensors, without the wrappers of their names.
func parse(content []byte) (map[string]tensor, error) {
	file, err := safetensors.Deserialize(content)
	if err != nil {
		return nil, err
	}
	found := make(map[string]tensor, file.Len())
	for _, t := range file.Tensors() {
		dims := make([]int, len(t.TensorView.Shape()))
		for i, d := range t.TensorView.Shape() {
			if d > math.MaxInt32 {
				return nil, fmt.Errorf("tensor %q has a dimension of %d", t.Name, d)
			}
			dims[i] = int(d)
		}
		found[t.Name] = tensor{dims: dims, dtype: t.TensorView.DType(), data: t.TensorView.Data()}
	}
	return unwrapped(found), nil
}

// float32s decodes the values, which must be finite.
func (t tensor) float32s() ([]float32, error) {
	size := int(t.dtype.Size())
	values := make([]float32, len(t.data)/size)
	var decode func(b []byte) float32
	switch t.dtype {
	case safetensors.F32:
		decode = func(b []byte) float32 { return math.Float32frombits(binary.LittleEndian.Uint32(b)) }
	case safetensors.F64:
		decode = func(b []byte) float32 { return float32(math.Float64frombits(binary.LittleEndian.Uint64(b))) }
	case safetensors.BF16:
		decode = func(b []byte) float32 {
			return math.Float32frombits(uint32(binary.LittleEndian.Uint16(b)) << 16)
		}
	case safetensors.F16:
		decode = func(b []byte) float32 { return float16.FromBits(binary.LittleEndian.Uint16(b)).Float32() }
	default:
		return nil, fmt.Errorf("values of type %s cannot be weights (F32, F16, BF16 and F64 can)", t.dtype)
	}
	for i := range values {
		values[i] = decode(t.data[i*size:])
		if values[i]-values[i] != 0 {
			return nil, fmt.Errorf("value %d is %v", i, values[i])
		}
	}
	return values, nil
}
