package mix

import "fmt"

// ApplyUint8 mixes a batch of 8-bit images by p.Input and normalises the
// result, in one pass:
//
//	dst_i = norm(w x_i + (1-w) x_j),    w = p.Input[i], j = p.Partner[i],
//
// which is the mix of the normalised images. src holds p.N images of equal
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
	for i, w := range p.Input {
		row := dst[i*b.size : (i+1)*b.size]
		own := src[i*b.size : (i+1)*b.size]
		j := int(p.Partner[i])
		partner := from[j*b.size : (j+1)*b.size]
		if w == 1 || !p.Second && i == j {
			w, partner = 1, own
		}
		blendUint8(row, own, partner, w, norm)
	}
	return nil
}

func blendUint8(dst []float32, a, b []uint8, w float32, norm *Normalization) {
	channels := len(norm.Mean)
	if !norm.Planar {
		for c := range channels {
			scale, shift := norm.affine(c)
			blendUint8Channel(dst[c:], a[c:], b[c:], w, scale, shift, channels)
		}
		return
	}
	plane := len(dst) / channels
	for c := range channels {
		scale, shift := norm.affine(c)
		blendUint8Channel(dst[c*plane:(c+1)*plane], a[c*plane:(c+1)*plane], b[c*plane:(c+1)*plane], w, scale, shift, 1)
	}
}

func blendUint8Channel(dst []float32, a, b []uint8, w, scale, shift float32, stride int) {
	v := 1 - w
	for i := 0; i < len(dst); i += stride {
		m := float32(w*float32(a[i])) + float32(v*float32(b[i]))
		dst[i] = float32(m*scale) + shift
	}
}
