package data

import "context"

// images is a Split of 8-bit images in memory, channels last.
type images struct {
	size, channels int
	pix            []uint8
	labels         []int32
	norm           *norm // of pixels scaled to [0, 1]
}

func (m *images) Len() int        { return len(m.labels) }
func (m *images) Size() int       { return m.size }
func (m *images) Labels() []int32 { return m.labels }

func (m *images) Read(ctx context.Context, i int, dst []float32) error {
	if err := checkRead(ctx, m, i, len(dst)); err != nil {
		return err
	}
	normalise(dst, m.pix[i*m.size:(i+1)*m.size], m.norm)
	return nil
}

func (m *images) ReadPixels(ctx context.Context, i int, dst []uint8) error {
	if err := checkRead(ctx, m, i, len(dst)); err != nil {
		return err
	}
	copy(dst, m.pix[i*m.size:])
	return nil
}

// fit returns the mean and deviation of each channel over the samples.
func (m *images) fit(index []int32) (mean, std []float64) {
	// Counts of the 256 values are exact and fast.
	counts := make([][256]int64, m.channels)
	for _, i := range index {
		c := 0
		for _, p := range m.pix[int(i)*m.size : (int(i)+1)*m.size] {
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
	for c := range n.mean {
		a, b := affine(n, c)
		for i := c; i < len(pix); i += len(n.mean) {
			dst[i] = float32(pix[i])*a + b
		}
	}
}

// affine returns a and b of p*a + b = (p/255 - mean) / std.
func affine(n *norm, c int) (a, b float32) {
	return float32(1 / (255 * n.std[c])), float32(-n.mean[c] / n.std[c])
}
