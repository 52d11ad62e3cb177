package onednn

import (
	"sync/atomic"
	"unsafe"

	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"

	"github.com/vicinal-ml/vicinal/backend/onednn/internal/dnnl"
)

// oneDNN's maximum passes over NaN, and gives the least finite number where there is nothing else. A network that has
// diverged would look sound: here NaN is larger than all.

// keepNaN makes the last step, which computes the maxima y of x, look for NaN in x, and where there is any, write NaN to
// the maxima of its windows. The look is a pass over memory that the step has just read.
func (c *pooling) keepNaN(p *planner, x, y *tensor, src, dst *dnnl.MemoryDesc) {
	s, team := p.steps[len(p.steps)-1], p.backend.team
	pool, half := s.run, c.src.shape.DType == dtypes.BFloat16
	s.run = func(e *execution) error {
		if err := pool(e); err != nil {
			return err
		}
		search := nanSearch{memory: unsafe.Slice((*byte)(e.ptr(x)), x.size), half: half}
		team.Do(&search, search.parts())
		if search.found.Load() {
			c.spreadNaN(e.ptr(y), e.ptr(x), dst, src, half)
		}
		return nil
	}
}

// spreadNaN writes NaN to all elements of y whose windows over x have one.
func (c *pooling) spreadNaN(y, x unsafe.Pointer, dst, src *dnnl.MemoryDesc, half bool) {
	to, from, sizes := dst.Layout(), src.Layout(), src.Dims()
	isNaN := func(offset int) bool {
		if half {
			return *(*uint16)(unsafe.Add(x, 2*offset))&0x7fff > 0x7f80
		}
		return *(*uint32)(unsafe.Add(x, 4*offset))&0x7fffffff > 0x7f800000
	}
	// within tells whether the rest of a window, from dimension d on, has a NaN; at holds where in x it is before d.
	var within func(index, at []int, d int) bool
	within = func(index, at []int, d int) bool {
		if d == len(at) {
			return isNaN(from.Offset(at))
		}
		i := d - 2 // of the spatial dimensions
		for k := range c.kernel[i] {
			at[d] = index[d]*c.stride[i] + k*c.dilate[i] - c.low[i]
			if at[d] >= 0 && at[d] < sizes[d] && within(index, at, d+1) {
				return true
			}
		}
		return false
	}
	at := make([]int, len(sizes))
	for _, index := range shapes.Make(c.dst.shape.DType, dst.Dims()...).Iter() {
		at[0], at[1] = index[0], index[1]
		if !within(index, at, 2) {
			continue
		}
		if offset := to.Offset(index); half {
			*(*uint16)(unsafe.Add(y, 2*offset)) = 0x7fc0
		} else {
			*(*uint32)(unsafe.Add(y, 4*offset)) = 0x7fc00000
		}
	}
}

// nanSearch looks for NaN in memory of float32, or of bfloat16.
type nanSearch struct {
	memory []byte
	half   bool
	found  atomic.Bool
}

// searchPart is how many bytes are one part of the search.
const searchPart = 1 << 17

func (s *nanSearch) parts() int { return (len(s.memory) + searchPart - 1) / searchPart }

// Part implements kernel.Task.
func (s *nanSearch) Part(part, _ int) {
	memory := s.memory[part*searchPart : min((part+1)*searchPart, len(s.memory))]
	// In each lane of a word infinity minus the number without its sign is negative for NaN alone.
	infinity, number, sign := uint64(0x7f800000_7f800000), uint64(0x7fffffff_7fffffff), uint64(0x80000000_80000000)
	if s.half {
		infinity, number, sign = 0x7f80_7f80_7f80_7f80, 0x7fff_7fff_7fff_7fff, 0x8000_8000_8000_8000
	}
	var seen uint64
	words := unsafe.Slice((*uint64)(unsafe.Pointer(unsafe.SliceData(memory))), len(memory)/8)
	for ; len(words) >= 4; words = words[4:] {
		seen |= (infinity - words[0]&number) | (infinity - words[1]&number) | (infinity - words[2]&number) | (infinity - words[3]&number)
	}
	for _, w := range words {
		seen |= infinity - w&number
	}
	var tail [8]byte
	copy(tail[:], memory[len(memory)/8*8:])
	seen |= infinity - *(*uint64)(unsafe.Pointer(&tail))&number
	if seen&sign != 0 {
		s.found.Store(true)
	}
}
