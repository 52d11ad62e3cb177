package augment

import "github.com/vicinal-ml/vicinal/mix"

// Flip mirrors left and right with probability 1/2.
type Flip struct{}

// String returns "flip".
func (Flip) String() string { return "flip" }

// Apply implements Op.
func (Flip) Apply(c *Canvas, rand *mix.Rand) error {
	if rand.Float64() < 0.5 {
		mirror(&c.Image)
	}
	return nil
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
