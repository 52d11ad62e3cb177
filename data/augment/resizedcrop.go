package augment

import (
	"fmt"
	"math"
	"strconv"

	"github.com/vicinal-ml/vicinal/stream"
)

// ResizedCrop crops a random part and resizes it to H rows by W columns. The
// part's area is uniform in [MinArea, MaxArea] of the image's, the logarithm of
// its width by height uniform in [log 3/4, log 4/3] (Szegedy et al., 2015; with
// [0.08, 1] that of Goyal et al., 2017). H and W are 0 until Pipeline.For has set
// them.
type ResizedCrop struct {
	H, W             int
	MinArea, MaxArea float64
}

// String returns "rrc:MIN-MAX", "rrc:MIN-MAX:SIDE" or "rrc:MIN-MAX:HxW".
func (r ResizedCrop) String() string {
	if r.H == 0 {
		return fmt.Sprintf("rrc:%s-%s", plain(r.MinArea), plain(r.MaxArea))
	}
	return fmt.Sprintf("rrc:%s-%s:%s", plain(r.MinArea), plain(r.MaxArea), sides(r.H, r.W))
}

// plain formats a number without an exponent, whose sign would be taken for the
// dash of a range.
func plain(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }

// Size returns H and W.
func (r ResizedCrop) Size() (h, w int) { return r.H, r.W }

// Apply implements Op.
func (r ResizedCrop) Apply(c *Canvas, rand *stream.Rand) error {
	return c.Resize(r.Part(c.H, c.W, rand), r.H, r.W)
}

// Part draws the part of an image of h rows and w columns. After ten parts
// that did not fit it is the largest one of an allowed shape, in the centre.
func (r ResizedCrop) Part(h, w int, rand *stream.Rand) Rect {
	const low, high = 3. / 4, 4. / 3
	for range 10 {
		area := (r.MinArea + (r.MaxArea-r.MinArea)*rand.Float64()) * float64(h*w)
		shape := math.Exp(math.Log(low) + math.Log(high/low)*rand.Float64())
		pw, ph := int(math.Round(math.Sqrt(area*shape))), int(math.Round(math.Sqrt(area/shape)))
		if pw >= 1 && ph >= 1 && pw <= w && ph <= h {
			return Rect{rand.IntN(w - pw + 1), rand.IntN(h - ph + 1), pw, ph}
		}
	}
	pw, ph := w, h
	if shape := float64(w) / float64(h); shape < low {
		ph = max(1, int(math.Round(float64(w)/low)))
	} else if shape > high {
		pw = max(1, int(math.Round(float64(h)*high)))
	}
	return Rect{(w - pw) / 2, (h - ph) / 2, pw, ph}
}
