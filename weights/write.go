package weights

import (
	"encoding/binary"
	"fmt"
	"math"

	"github.com/nlpodyssey/safetensors"

	"github.com/vicinal-ml/vicinal/internal/wholefile"
	"github.com/vicinal-ml/vicinal/zoo"
)

// WriteFile writes the values of a network's variables, by path, to a
// safetensors file that appears whole or not at all. notes are text for people
// and programs in the file's header; the network's spec is added.
func WriteFile(path string, n *zoo.Network, values map[string][]float32, notes map[string]string) error {
	content, err := Encode(n, values, notes)
	if err != nil {
		return fmt.Errorf("writing %s: %w", path, err)
	}
	return wholefile.Write(path, content)
}

// Encode returns the content of the file that WriteFile writes. Equal values
// give equal bytes.
func Encode(n *zoo.Network, values map[string][]float32, notes map[string]string) ([]byte, error) {
	entries, err := entriesOf(n)
	if err != nil {
		return nil, err
	}
	tensors := make(map[string]safetensors.TensorView, len(entries))
	for _, e := range entries {
		data, err := e.written(values)
		if err != nil {
			return nil, err
		}
		shape := make([]uint64, len(e.dims))
		for i, d := range e.dims {
			shape[i] = uint64(d)
		}
		if tensors[e.name], err = safetensors.NewTensorView(safetensors.F32, shape, littleEndian(data)); err != nil {
			return nil, fmt.Errorf("tensor %s: %w", e.name, err)
		}
	}
	header := map[string]string{}
	for name, text := range notes {
		header[name] = text
	}
	// Some readers ask what framework the names and layouts are of.
	header["format"], header["model"] = "pt", n.Spec
	return safetensors.Serialize(tensors, header)
}

// written returns the tensor's values in PyTorch's order.
func (e entry) written(values map[string][]float32) ([]float32, error) {
	if e.variable == nil {
		data := make([]float32, e.dims[0])
		for i := range data {
			data[i] = e.constant
		}
		return data, nil
	}
	own, ok := values[e.variable.Path]
	if !ok || len(own) != e.variable.Size() {
		return nil, fmt.Errorf("variable %s has %d values, the network needs %d", e.variable.Path, len(own), e.variable.Size())
	}
	return toTorch(e.variable, own), nil
}

func littleEndian(values []float32) []byte {
	data := make([]byte, 0, 4*len(values))
	for _, v := range values {
		data = binary.LittleEndian.AppendUint32(data, math.Float32bits(v))
	}
	return data
}
