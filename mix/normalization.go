package mix

import (
	"fmt"
	"math"
)

// Normalization turns 8-bit pixels into float32 per channel:
//
//	y = (x/255 - Mean[c]) / Std[c].
type Normalization struct {
	Mean []float32 // one for each channel, finite, of x/255
	Std  []float32 // one for each channel, finite and above 0, of x/255
	// Planar says that each channel of a sample is stored as one plane
	// ([C H W]); else channels are last ([H W C]).
	Planar bool
}

// Validate reports lists of different or no length and values outside their
// domain.
func (n *Normalization) Validate() error {
	if n == nil || len(n.Mean) == 0 || len(n.Mean) != len(n.Std) {
		means, stds := 0, 0
		if n != nil {
			means, stds = len(n.Mean), len(n.Std)
		}
		return fmt.Errorf("normalization has %d means and %d standard deviations: it needs one of each for every channel", means, stds)
	}
	for c := range n.Mean {
		if !finite(n.Mean[c]) {
			return fmt.Errorf("normalization: mean of channel %d is %v, it must be finite", c, n.Mean[c])
		}
		if !finite(n.Std[c]) || n.Std[c] <= 0 {
			return fmt.Errorf("normalization: standard deviation of channel %d is %v, it must be finite and above 0", c, n.Std[c])
		}
	}
	return nil
}

// affine returns the scale and shift with y = x scale + shift for channel c.
func (n *Normalization) affine(c int) (scale, shift float32) {
	mean, std := float64(n.Mean[c]), float64(n.Std[c])
	return float32(1 / (255 * std)), float32(-mean / std)
}

func finite(x float32) bool { return !math.IsInf(float64(x), 0) && x == x }
