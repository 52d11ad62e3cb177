package mix

import (
	"fmt"
	"unsafe"
)

// ApplyFloat32 mixes the inputs of a batch by p.Input into dst:
//
//	dst_i = w x_i + (1-w) x_j,    w = p.Input[i], j = p.Partner[i].
//
// src holds p.N samples of equal size, one after the other, in any layout;
// len(dst) must be len(src). If p.Second, x_j comes from other, which must
// hold samples of the same size; else other is not read and may be nil.
//
// A plan with regions mixes within them alone; its samples are pictures of
// [p.Height p.Width channels], the channels of a pixel side by side.
//
// dst must not overlap src or other: that is refused, since a sample may be
// the partner of one written before it. Nothing is allocated, and nothing
// written unless all arguments are right.
//
// Each product and the sum are rounded to float32, never fused, so the bits
// are the same on every processor (a NaN's payload and noise apart). A sample
// whose weight is 1, or which is its own partner, is copied, and its partner not
// read; one whose weight is 0 is a copy of its partner. The plan's noise is then
// added to dst.
//
// A plan with a depth mixes what the network has computed up to there: src is
// that, and not the inputs.
func ApplyFloat32(dst, src, other []float32, p *Plan) error {
	if err := mixFloat32("inputs", dst, src, other, p, p.Input, p.Region); err != nil {
		return err
	}
	p.Noise.Add(dst, p.N)
	return nil
}

// ApplyRows mixes targets that are rows of numbers by p.Target: one-hot or
// soft classes, several labels, regression values. It is ApplyFloat32 with
// the weights of the targets, and the same rules hold.
func ApplyRows(dst, rows, other []float32, p *Plan) error {
	return mixFloat32("target rows", dst, rows, other, p, p.Target, nil)
}

func mixFloat32(what string, dst, src, other []float32, p *Plan, weights []float32, regions []Region) error {
	b, err := checkBatch(what, p, len(dst), len(src), len(other))
	if err != nil {
		return err
	}
	pixel := 0 // values of one
	if len(regions) > 0 {
		if pixel, err = b.pixel(what, p); err != nil {
			return err
		}
	}
	if overlap(dst, src) || overlap(dst, other) {
		return fmt.Errorf("mixing %s: dst overlaps src or other: mixing in place is not possible, give it its own memory", what)
	}
	from := src
	if p.Second {
		from = other
	}
	stream := streams(len(dst))
	var visits order
	visits.init(p)
	for i, ok := visits.next(p.N); ok; i, ok = visits.next(p.N) {
		w := weights[i]
		row := dst[i*b.size : (i+1)*b.size]
		own := src[i*b.size : (i+1)*b.size]
		j := int(p.Partner[i])
		partner := from[j*b.size : (j+1)*b.size]
		switch {
		case w == 1 || !p.Second && i == j:
			bestLevel.copy(row, own, stream)
		case pixel > 0:
			bestLevel.copy(row, own, stream)
			blendRegion(row, own, partner, w, regions[i], p, pixel)
		case w == 0:
			bestLevel.copy(row, partner, stream)
		default:
			bestLevel.blend(row, own, partner, w, stream)
		}
	}
	return nil
}

// blendRegion mixes what lies in the region of a picture that dst holds already.
func blendRegion(dst, own, partner []float32, w float32, r Region, p *Plan, pixel int) {
	top, bottom := r.Rows(p.Height)
	for h := top; h < bottom; h++ {
		from, to := r.run(h, p.Width, pixel)
		if w == 0 {
			copy(dst[from:to], partner[from:to])
			continue
		}
		bestLevel.blend(dst[from:to], own[from:to], partner[from:to], w, false)
	}
}

// batch is the shape of checked arguments.
type batch struct {
	size int // values of one sample
}

// checkBatch checks the plan against the lengths of dst, src and other.
func checkBatch(what string, p *Plan, dst, src, other int) (batch, error) {
	if p.N < 1 || src%p.N != 0 {
		return batch{}, fmt.Errorf("mixing %s: src holds %d values, no multiple of the plan's %d samples", what, src, p.N)
	}
	size := src / p.N
	if dst != src {
		return batch{}, fmt.Errorf("mixing %s: dst holds %d values and src %d: they must be equal", what, dst, src)
	}
	partners := p.N
	if p.Second {
		if other == 0 && src > 0 {
			return batch{}, fmt.Errorf("mixing %s: the plan takes partners from a second batch and other is empty: pass one", what)
		}
		if size > 0 {
			if other%size != 0 {
				return batch{}, fmt.Errorf("mixing %s: other holds %d values, no multiple of a sample's %d", what, other, size)
			}
			partners = other / size
		}
	}
	if err := p.Validate(partners); err != nil {
		return batch{}, fmt.Errorf("mixing %s: %w", what, err)
	}
	return batch{size: size}, nil
}

// pixel returns the number of values of a pixel of the plan's pictures.
func (b batch) pixel(what string, p *Plan) (int, error) {
	pixels := p.Height * p.Width
	if b.size%pixels != 0 || b.size == 0 {
		return 0, fmt.Errorf("mixing %s: a sample of %d values is no picture of %d x %d, for which the plan's regions were drawn", what, b.size, p.Height, p.Width)
	}
	return b.size / pixels, nil
}

// overlap reports whether two slices share memory.
func overlap[A, B any](a []A, b []B) bool {
	if len(a) == 0 || len(b) == 0 {
		return false
	}
	a0, b0 := address(a), address(b)
	return a0 < b0+uintptr(len(b))*unsafe.Sizeof(b[0]) && b0 < a0+uintptr(len(a))*unsafe.Sizeof(a[0])
}

func address[T any](s []T) uintptr { return uintptr(unsafe.Pointer(unsafe.SliceData(s))) }

// streams reports whether so many values are written past the caches: they
// would not fit there, and reading the old contents first costs as much as the
// writing.
func streams(values int) bool { return values >= streamFrom }

const streamFrom = 4 << 20 // values, 16 MiB
