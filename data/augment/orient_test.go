package augment

import (
	"slices"
	"testing"
)

// The eight orientations of the EXIF standard, of an image of two rows and three columns.
func TestOrient(t *testing.T) {
	for orientation, want := range map[int]Image{
		0: {2, 3, 1, []uint8{1, 2, 3, 4, 5, 6}},
		1: {2, 3, 1, []uint8{1, 2, 3, 4, 5, 6}},
		2: {2, 3, 1, []uint8{3, 2, 1, 6, 5, 4}},
		3: {2, 3, 1, []uint8{6, 5, 4, 3, 2, 1}},
		4: {2, 3, 1, []uint8{4, 5, 6, 1, 2, 3}},
		5: {3, 2, 1, []uint8{1, 4, 2, 5, 3, 6}},
		6: {3, 2, 1, []uint8{4, 1, 5, 2, 6, 3}},
		7: {3, 2, 1, []uint8{6, 3, 5, 2, 4, 1}},
		8: {3, 2, 1, []uint8{3, 6, 2, 5, 1, 4}},
		9: {2, 3, 1, []uint8{1, 2, 3, 4, 5, 6}},
	} {
		for _, channels := range []int{1, 3} {
			var c Canvas
			c.Set(2, 3, channels)
			for i := range c.Pix {
				c.Pix[i] = uint8(1 + i/channels)
			}
			c.Orient(orientation)
			var first []uint8
			for i := 0; i < len(c.Pix); i += channels {
				first = append(first, c.Pix[i])
				if c.Pix[i] != c.Pix[i+channels-1] {
					t.Errorf("orientation %d mixes channels", orientation)
				}
			}
			if c.H != want.H || c.W != want.W || !slices.Equal(first, want.Pix) {
				t.Errorf("orientation %d: %d by %d, %v; want %v", orientation, c.H, c.W, first, want)
			}
		}
	}
}
