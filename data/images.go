package data

import (
	"context"

	"github.com/vicinal-ml/vicinal/data/augment"
)

// images is a Split of 8-bit images in memory, channels last.
type images struct {
	h, w, channels int
	pix            []uint8
	labels         []int32
	norm           *norm // of pixels scaled to [0, 1]
}

func (m *images) Len() int        { return len(m.labels) }
func (m *images) Size() int       { return m.h * m.w * m.channels }
func (m *images) Labels() []int32 { return m.labels }

func (m *images) Read(ctx context.Context, i int, dst []float32) error {
	if err := checkRead(ctx, m, i, len(dst)); err != nil {
		return err
	}
	normalise(dst, m.image(i), m.norm)
	return nil
}

func (m *images) ReadImage(ctx context.Context, i int, c *augment.Canvas) error {
	if err := checkRead(ctx, m, i, m.Size()); err != nil {
		return err
	}
	c.Set(m.h, m.w, m.channels)
	copy(c.Pix, m.image(i))
	return nil
}

func (m *images) image(i int) []uint8 {
	size := m.Size()
	return m.pix[i*size : (i+1)*size]
}

// fit returns the mean and deviation of each channel over the samples.
func (m *images) fit(index []int32) (mean, std []float64) {
	// Counts of the 256 values are exact and fast.
	counts := make([][256]int64, m.channels)
	for _, i := range index {
		c := 0
		for _, p := range m.image(int(i)) {
			counts[c][p]++
			if c++; c == m.channels {
				c = 0
			}
		}
	}
	return countedMoments(counts)
}

// normalise writes (p/255 - mean) / std of channels-last pixels.
func normalise(dst []float32, pix []uint8, n *norm) {
	if len(n.mean) == 1 {
		a, b := affine(n, 0)
		for i, p := range pix {
			dst[i] = float32(p)*a + b
		}
		return
	}
	if len(n.mean) == 3 {
		normaliseRGB(dst, pix, n)
		return
	}
	for c := range n.mean {
		a, b := affine(n, c)
		for i := c; i < len(pix); i += len(n.mean) {
			dst[i] = float32(pix[i])*a + b
		}
	}
}

// normaliseRGB is normalise for three channels, in one pass.
func normaliseRGB(dst []float32, pix []uint8, n *norm) {
	ar, br := affine(n, 0)
	ag, bg := affine(n, 1)
	ab, bb := affine(n, 2)
	for len(dst) >= 3 && len(pix) >= 3 {
		dst[0] = float32(pix[0])*ar + br
		dst[1] = float32(pix[1])*ag + bg
		dst[2] = float32(pix[2])*ab + bb
		dst, pix = dst[3:], pix[3:]
	}
}

// affine returns a and b of p*a + b = (p/255 - mean) / std.
func affine(n *norm, c int) (a, b float32) {
	return float32(1 / (255 * n.std[c])), float32(-n.mean[c] / n.std[c])
}
