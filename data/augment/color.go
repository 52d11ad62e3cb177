package augment

import (
	"fmt"

	"github.com/vicinal-ml/vicinal/stream"
)

// Jitter changes brightness, contrast and saturation, in random order, each by
// a blend a*image + (1-a)*other with a uniform in [1-Amount, 1+Amount]: other
// is black, the mean gray of the image, the gray of each pixel (Howard, 2013;
// Amount = 0.4 in the recipe of Goyal et al., 2017). Pixels are rounded and clipped
// after each. It needs three channels.
type Jitter struct{ Amount float64 }

// String returns "jitter:AMOUNT".
func (j Jitter) String() string { return fmt.Sprintf("jitter:%g", j.Amount) }

// Apply implements Op. It draws the order, then the three weights.
func (j Jitter) Apply(c *Canvas, rand *stream.Rand) error {
	if c.C != 3 {
		return fmt.Errorf("augment: %s of an image of %d channels, 3 are needed", j, c.C)
	}
	var order [3]int32
	rand.Perm(order[:])
	var weight [3]float64
	for i := range weight {
		weight[i] = 1 + j.Amount*(2*rand.Float64()-1)
	}
	for _, which := range order {
		a := weight[which]
		switch which {
		case 0:
			blend(c.Pix, a, 0)
		case 1:
			blend(c.Pix, a, meanGray(c.Pix))
		case 2:
			saturate(c.Pix, a)
		}
	}
	return nil
}

// gray is the luma of ITU-R BT.601.
func gray(r, g, b uint8) float64 {
	return 0.299*float64(r) + 0.587*float64(g) + 0.114*float64(b)
}

func meanGray(pix []uint8) float64 {
	sum := 0.0
	for i := 0; i+2 < len(pix); i += 3 {
		sum += gray(pix[i], pix[i+1], pix[i+2])
	}
	return sum / float64(max(1, len(pix)/3))
}

func blend(pix []uint8, a, other float64) {
	// One of 256 results for each value.
	var table [256]uint8
	for v := range table {
		table[v] = clip(a*float64(v) + (1-a)*other)
	}
	for i, v := range pix {
		pix[i] = table[v]
	}
}

func saturate(pix []uint8, a float64) {
	for i := 0; i+2 < len(pix); i += 3 {
		other := (1 - a) * gray(pix[i], pix[i+1], pix[i+2])
		for c := range 3 {
			pix[i+c] = clip(a*float64(pix[i+c]) + other)
		}
	}
}

// Lighting adds to all pixels one colour, drawn along the principal components
// of ImageNet's colours: the sum of each component times its eigenvalue times
// a normal number of deviation Amount (Krizhevsky et al., 2012, section 4.1;
// 0.1 there). It needs three channels.
type Lighting struct{ Amount float64 }

// String returns "lighting:AMOUNT".
func (l Lighting) String() string { return fmt.Sprintf("lighting:%g", l.Amount) }

// The components of RGB values in [0, 1] over ImageNet, from
// github.com/facebookarchive/fb.resnet.torch (datasets/imagenet.lua).
func imageNetColours() (values [3]float64, vectors [3][3]float64) {
	return [3]float64{0.2175, 0.0188, 0.0045}, [3][3]float64{
		{-0.5675, 0.7192, 0.4009},
		{-0.5808, -0.0045, -0.8140},
		{-0.5836, -0.6948, 0.4203},
	}
}

// Apply implements Op.
func (l Lighting) Apply(c *Canvas, rand *stream.Rand) error {
	if c.C != 3 {
		return fmt.Errorf("augment: %s of an image of %d channels, 3 are needed", l, c.C)
	}
	values, vectors := imageNetColours()
	var shift [3]float64
	for k, value := range values {
		a := l.Amount * value * rand.NormFloat64()
		for channel := range shift {
			shift[channel] += 255 * a * vectors[channel][k]
		}
	}
	for channel, s := range shift {
		var table [256]uint8
		for v := range table {
			table[v] = clip(float64(v) + s)
		}
		for i := channel; i < len(c.Pix); i += 3 {
			c.Pix[i] = table[c.Pix[i]]
		}
	}
	return nil
}
