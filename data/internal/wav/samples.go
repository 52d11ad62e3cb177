package wav

import (
	"encoding/binary"
	"fmt"
	"math"
)

// Samples appends the first samples of a file to dst, at most n of them: the
// mean of the channels, integers scaled to [-1, 1), floating point as it is.
// It fails where one is not finite as a 32-bit number.
func (f *File) Samples(dst []float32, n int) ([]float32, error) {
	frame := f.frame()
	scale := 1 / float64(f.Channels)
	for i := range min(n, f.Len()) {
		sum := 0.
		at := f.data[i*frame:][:frame]
		for c := range f.Channels {
			sum += f.value(at[c*f.bytes:][:f.bytes])
		}
		v := float32(sum * scale)
		if f.float && (math.IsNaN(float64(v)) || math.IsInf(float64(v), 0)) {
			return dst, fmt.Errorf("sample %d is %g: every sample must be finite", i, v)
		}
		dst = append(dst, v)
	}
	return dst, nil
}

// value is one sample of one channel. Integers fill their bytes from the top,
// so that those of 12 bits are scaled as those of 16; a single byte has no sign.
func (f *File) value(b []byte) float64 {
	le := binary.LittleEndian
	switch {
	case f.float && len(b) == 4:
		return float64(math.Float32frombits(le.Uint32(b)))
	case f.float:
		return math.Float64frombits(le.Uint64(b))
	case len(b) == 1:
		return (float64(b[0]) - 128) / (1 << 7)
	case len(b) == 2:
		return float64(int16(le.Uint16(b))) / (1 << 15)
	case len(b) == 3:
		return float64(int32(uint32(b[0])<<8|uint32(b[1])<<16|uint32(b[2])<<24)) / (1 << 31)
	default:
		return float64(int32(le.Uint32(b))) / (1 << 31)
	}
}
