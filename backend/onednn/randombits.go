package onednn

import (
	"encoding/binary"
	"math/bits"
	"math/rand/v2"
	"unsafe"

	"github.com/gomlx/compute"
)

// RNGBitGenerator gives the bits that the Go backend gives, many at a time: numbers of math/rand/v2's PCG, whose state
// is the first two words of the operand, byte for byte from the lowest.

// wordsPerPart is the least that a worker is given, in numbers of 8 bytes; maxRandomParts the most parts.
const (
	wordsPerPart   = 1 << 13
	maxRandomParts = 1 << 10
)

// hasRandomBits tells whether there is a kernel for a RNGBitGenerator node.
func hasRandomBits(n *node) bool {
	values := n.outputs[1].shape
	return n.inputs[0].shape.Equal(compute.RNGStateShape) && !values.IsZeroSize() && !values.DType.IsPacked()
}

// lowerRandomBits adds the step of RNGBitGenerator.
func lowerRandomBits(n *node) func(p *planner) error {
	return func(p *planner) error {
		state := p.plain(n.inputs[0])
		next, values := p.newTensor(n.outputs[0].shape, nil), p.newTensor(n.outputs[1].shape, nil)
		size, err := byteSize(n.outputs[1].shape)
		if err != nil {
			return err
		}
		s := &step{name: "random bits", reads: []*tensor{state}, writes: []*tensor{next, values}}
		team := p.backend.team
		words := (size + 7) / 8
		each := max(wordsPerPart, (words+maxRandomParts-1)/maxRandomParts)
		s.run = func(x *execution) error {
			writes, reads := x.pointers(s)
			from := *(*[3]uint64)(reads[0])
			start := pcgState{from[0], from[1]}
			task := &randomBits{start: start, dst: unsafe.Slice((*byte)(writes[1]), size), each: each}
			team.Do(task, (words+each-1)/each)
			// The Go backend stores the new state with the bytes of each word turned round.
			end := start.after(uint64(words))
			*(*[3]uint64)(writes[0]) = [3]uint64{bits.ReverseBytes64(end.high), bits.ReverseBytes64(end.low), from[2]}
			return nil
		}
		p.addStep(s)
		p.define(n.outputs[0], next)
		p.define(n.outputs[1], values)
		return nil
	}
}

// randomBits is the task of writing the numbers from start on, so many in each part.
type randomBits struct {
	start pcgState
	dst   []byte
	each  int
}

// Part implements kernel.Task.
func (r *randomBits) Part(part, _ int) {
	first := part * r.each
	r.start.after(uint64(first)).fill(r.dst[8*first : min(8*(first+r.each), len(r.dst))])
}

// pcgState is a 128-bit number.
type pcgState struct{ high, low uint64 }

// The step of PCG: state*pcgMul + pcgAdd mod 2^128.
var (
	pcgMul = pcgState{0x2360ed051fc65da4, 0x4385df649fccf645}
	pcgAdd = pcgState{0x5851f42d4c957f2d, 0x14057b7ef767814f}
)

func (a pcgState) times(b pcgState) pcgState {
	high, low := bits.Mul64(a.low, b.low)
	return pcgState{high + a.high*b.low + a.low*b.high, low}
}

func (a pcgState) plus(b pcgState) pcgState {
	low, carry := bits.Add64(a.low, b.low, 0)
	high, _ := bits.Add64(a.high, b.high, carry)
	return pcgState{high, low}
}

// after returns the state n numbers later (Brown, "Random number generation with arbitrary strides", 1994).
func (a pcgState) after(n uint64) pcgState {
	mul, add := pcgState{0, 1}, pcgState{}
	for stepMul, stepAdd := pcgMul, pcgAdd; n > 0; n >>= 1 {
		if n&1 == 1 {
			mul, add = mul.times(stepMul), add.times(stepMul).plus(stepAdd)
		}
		stepAdd = stepMul.plus(pcgState{0, 1}).times(stepAdd)
		stepMul = stepMul.times(stepMul)
	}
	return a.times(mul).plus(add)
}

// fill writes the numbers from a on, the last one as far as there is room.
func (a pcgState) fill(dst []byte) {
	random := rand.NewPCG(a.high, a.low)
	for ; len(dst) >= 8; dst = dst[8:] {
		binary.LittleEndian.PutUint64(dst, random.Uint64())
	}
	if len(dst) > 0 {
		var last [8]byte
		binary.LittleEndian.PutUint64(last[:], random.Uint64())
		copy(dst, last[:])
	}
}
