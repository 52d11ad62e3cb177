package augment

import (
	"fmt"
	"math"

	"github.com/vicinal-ml/vicinal/stream"
)

// Erase fills, with probability P, one random rectangle with random pixels.
// Its area is uniform in [0.02, 0.4] of the image's, its height by width
// uniform in [0.3, 1/0.3] (Zhong et al., 2017, algorithm 1; P = 0.5 there).
type Erase struct{ P float64 }

// String returns "erase:P".
func (e Erase) String() string { return fmt.Sprintf("erase:%g", e.P) }

// Apply implements Op. After 100 rectangles that did not fit it erases
// nothing.
func (e Erase) Apply(c *Canvas, rand *stream.Rand) error {
	if rand.Float64() >= e.P {
		return nil
	}
	const low, high = 0.3, 1 / 0.3
	for range 100 {
		area := (0.02 + 0.38*rand.Float64()) * float64(c.H*c.W)
		shape := low + (high-low)*rand.Float64()
		h, w := int(math.Round(math.Sqrt(area*shape))), int(math.Round(math.Sqrt(area/shape)))
		if h < 1 || w < 1 || h >= c.H || w >= c.W {
			continue
		}
		x, y := rand.IntN(c.W-w+1), rand.IntN(c.H-h+1)
		for row := y; row < y+h; row++ {
			noise(c.Pix[(row*c.W+x)*c.C:][:w*c.C], rand)
		}
		return nil
	}
	return nil
}

func noise(pix []uint8, rand *stream.Rand) {
	var word uint64
	for i := range pix {
		if i%8 == 0 {
			word = rand.Uint64()
		}
		pix[i] = uint8(word)
		word >>= 8
	}
}
