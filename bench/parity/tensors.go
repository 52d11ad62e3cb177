package main

import (
	"encoding/binary"
	"fmt"
	"math"
	"os"

	"github.com/nlpodyssey/safetensors"
)

// readTensors reads a file of float32 tensors.
func readTensors(path string) (map[string][]float32, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	file, err := safetensors.Deserialize(content)
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", path, err)
	}
	all := map[string][]float32{}
	for _, t := range file.Tensors() {
		if t.TensorView.DType() != safetensors.F32 {
			return nil, fmt.Errorf("%s: tensor %s is %s, not F32", path, t.Name, t.TensorView.DType())
		}
		data := t.TensorView.Data()
		values := make([]float32, len(data)/4)
		for i := range values {
			values[i] = math.Float32frombits(binary.LittleEndian.Uint32(data[4*i:]))
		}
		all[t.Name] = values
	}
	return all, nil
}

// tensorFile collects the tensors of a file.
type tensorFile map[string]tensorView

// tensorView is one of them, encoded.
type tensorView struct {
	dtype safetensors.DType
	shape []uint64
	data  []byte
}

func (v tensorView) DType() safetensors.DType { return v.dtype }
func (v tensorView) Shape() []uint64          { return v.shape }
func (v tensorView) Data() []byte             { return v.data }
func (v tensorView) DataLen() uint64          { return uint64(len(v.data)) }

// float adds values, which are copied.
func (f tensorFile) float(name string, values []float32, dims ...int) {
	v := tensorView{dtype: safetensors.F32}
	for _, d := range dims {
		v.shape = append(v.shape, uint64(d))
	}
	for _, x := range values {
		v.data = binary.LittleEndian.AppendUint32(v.data, math.Float32bits(x))
	}
	f[name] = v
}

func (f tensorFile) int(name string, values []int32) {
	v := tensorView{dtype: safetensors.I32, shape: []uint64{uint64(len(values))}}
	for _, x := range values {
		v.data = binary.LittleEndian.AppendUint32(v.data, uint32(x))
	}
	f[name] = v
}

func (f tensorFile) write(path string) error {
	content, err := safetensors.Serialize(f, nil)
	if err != nil {
		return err
	}
	return os.WriteFile(path, content, 0o666)
}
