package mix

import "fmt"

// ApplyUint8 mixes a batch of 8-bit images by p.Input and normalises the
// result, in one pass:
//
//	dst_i = norm(w x_i + (1-w) x_j),    w = p.Input[i], j = p.Partner[i],
//
// which is the mix of the normalised images, within p's regions alone if it has
// any, with p's noise. src holds p.N images of equal
// size whose number of values is a multiple of norm's channels; len(dst) must
// be len(src). If p.Second, x_j comes from other, which must hold images of
// the same size; else other is not read and may be nil. dst must not overlap
// src or other. Nothing is allocated, and nothing written unless all arguments
// are right.
//
// With scale = 1/(255 std) and shift = -mean/std rounded to float32, each
// value is ((w x_i + (1-w) x_j) scale) + shift, every operation rounded to
// float32 and none fused, so the bits are the same on every processor. The
// partner of an image whose weight is 1, or which is its own partner, is not
// read.
func ApplyUint8(dst []float32, src, other []uint8, norm *Normalization, p *Plan) error {
	const what = "8-bit images"
	b, err := checkBatch(what, p, len(dst), len(src), len(other))
	if err != nil {
		return err
	}
	if err := norm.Validate(); err != nil {
		return fmt.Errorf("mixing %s: %w", what, err)
	}
	if b.size%len(norm.Mean) != 0 {
		return fmt.Errorf("mixing %s: an image of %d values has no whole number of pixels of %d channels", what, b.size, len(norm.Mean))
	}
	if overlap(dst, src) || overlap(dst, other) {
		return fmt.Errorf("mixing %s: dst overlaps src or other: give it its own memory", what)
	}
	from := src
	if p.Second {
		from = other
	}
	stream := streams(len(dst))
	channels := len(norm.Mean)
	regions := len(p.Region) > 0
	if regions {
		if pixel, err := b.pixel(what, p); err != nil {
			return err
		} else if pixel != channels {
			return fmt.Errorf("mixing %s: pixels of %d channels, normalised as %d", what, pixel, channels)
		}
	}
	if norm.Planar {
		channels = 1
	}
	var t affine
	if channels <= maxChannels {
		t.set(norm, 0, channels)
	}
	var visits order
	visits.init(p)
	for i, ok := visits.next(p.N); ok; i, ok = visits.next(p.N) {
		w := p.Input[i]
		row := dst[i*b.size : (i+1)*b.size]
		own := src[i*b.size : (i+1)*b.size]
		j := int(p.Partner[i])
		partner := from[j*b.size : (j+1)*b.size]
		if w == 1 || !p.Second && i == j {
			w, partner = 1, own
		}
		if regions {
			blendUint8(row, own, own, 1, norm, &t, stream)
			if w < 1 {
				blendUint8Region(row, own, partner, w, norm, &t, p.Region[i], p)
			}
			continue
		}
		blendUint8(row, own, partner, w, norm, &t, stream)
	}
	p.Noise.Add(dst, p.N)
	return nil
}

// blendUint8 mixes and normalises pixels stored in norm's order; t is that of
// channels stored last.
func blendUint8(dst []float32, a, b []uint8, w float32, norm *Normalization, t *affine, stream bool) {
	switch {
	case norm.Planar:
		blendPlanes(dst, a, b, w, norm, t, stream)
	case len(norm.Mean) <= maxChannels:
		bestLevel.blendUint8(dst, a, b, w, t, stream)
	default:
		blendChannels(dst, a, b, w, norm)
	}
}

// blendUint8Region does so with what lies in a region of the plan's pictures.
func blendUint8Region(dst []float32, a, b []uint8, w float32, norm *Normalization, t *affine, r Region, p *Plan) {
	top, bottom := r.Rows(p.Height)
	for h := top; h < bottom; h++ {
		if !norm.Planar {
			from, to := r.run(h, p.Width, len(norm.Mean))
			blendUint8(dst[from:to], a[from:to], b[from:to], w, norm, t, false)
			continue
		}
		from, to := r.run(h, p.Width, 1)
		for c := range norm.Mean {
			t.set(norm, c, 1)
			plane := c * p.Height * p.Width
			bestLevel.blendUint8(dst[plane+from:plane+to], a[plane+from:plane+to], b[plane+from:plane+to], w, t, false)
		}
	}
}

// blendPlanes mixes an image stored one channel after the other.
func blendPlanes(dst []float32, a, b []uint8, w float32, norm *Normalization, t *affine, stream bool) {
	plane := len(dst) / len(norm.Mean)
	for c := range norm.Mean {
		t.set(norm, c, 1)
		from, to := c*plane, (c+1)*plane
		bestLevel.blendUint8(dst[from:to], a[from:to], b[from:to], w, t, stream)
	}
}

// blendChannels mixes an image of any number of channels, stored last.
func blendChannels(dst []float32, a, b []uint8, w float32, norm *Normalization) {
	v, channels := 1-w, len(norm.Mean)
	for c := range channels {
		scale, shift := norm.affine(c)
		for i := c; i < len(dst); i += channels {
			m := float32(w*float32(a[i])) + float32(v*float32(b[i]))
			dst[i] = float32(m*scale) + shift
		}
	}
}
