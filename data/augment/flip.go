package augment

import "github.com/vicinal-ml/vicinal/stream"

// Flip mirrors left and right with probability 1/2.
type Flip struct{}

// String returns "flip".
func (Flip) String() string { return "flip" }

// Apply implements Op.
func (Flip) Apply(c *Canvas, rand *stream.Rand) error {
	if rand.Float64() < 0.5 {
		c.mirror()
	}
	return nil
}

// AlternatingFlip mirrors each image in every other epoch: those that a coin
// chooses in even epochs, the rest in odd ones. So two epochs show every image
// in both ways, where Flip shows half of them the same way twice (Jordan, 2024,
// arXiv:2404.00498).
type AlternatingFlip struct{}

// String returns "flip:alternate".
func (AlternatingFlip) String() string { return "flip:alternate" }

// Apply implements Op: it does what is done in even epochs.
func (a AlternatingFlip) Apply(c *Canvas, rand *stream.Rand) error { return a.inEpoch(c, rand, 0) }

func (AlternatingFlip) inEpoch(c *Canvas, rand *stream.Rand, epoch int) error {
	if chosen := rand.Float64() < 0.5; chosen == (epoch%2 == 0) {
		c.mirror()
	}
	return nil
}

// alternating is an Op whose draws for an image are the same in all epochs.
type alternating interface {
	inEpoch(c *Canvas, rand *stream.Rand, epoch int) error
}

// mirror swaps left and right, of the labels too.
func (c *Canvas) mirror() {
	mirror(&c.Image)
	if len(c.Labels) > 0 {
		mirror(&Image{c.H, c.W, 1, c.Labels})
	}
}

func mirror(img *Image) {
	stride := img.W * img.C
	for y := range img.H {
		row := img.Pix[y*stride : (y+1)*stride]
		if img.C == 3 {
			for l, r := 0, stride-3; l < r; l, r = l+3, r-3 {
				row[l], row[r] = row[r], row[l]
				row[l+1], row[r+1] = row[r+1], row[l+1]
				row[l+2], row[r+2] = row[r+2], row[l+2]
			}
			continue
		}
		for l, r := 0, stride-img.C; l < r; l, r = l+img.C, r-img.C {
			for c := range img.C {
				row[l+c], row[r+c] = row[r+c], row[l+c]
			}
		}
	}
}
