package photo

import (
	"image"

	"github.com/vicinal-ml/vicinal/data/augment"
)

// toRGBFunc converts a pixel.
type toRGBFunc func(y, cb, cr uint8) (r, g, b uint8)

// fromYCbCr converts every pixel by convert: color.YCbCrToRGB is that of JFIF. Chroma planes of half
// the columns, and half the rows, are smoothed as libjpeg's default does, so that the decoders
// agree but for rounding; planes subsampled in other ways are repeated.
func fromYCbCr(c *augment.Canvas, img *image.YCbCr, convert toRGBFunc) {
	b := img.Bounds()
	across, down, smooth := 1, 1, b.Dx() > 4 // libjpeg smooths no plane of fewer than three columns
	switch img.SubsampleRatio {
	case image.YCbCrSubsampleRatio422:
		across = 2
	case image.YCbCrSubsampleRatio420:
		across, down = 2, 2
	case image.YCbCrSubsampleRatio444:
	default:
		smooth = false
	}
	if !smooth {
		repeatYCbCr(c, img, convert)
		return
	}
	w, columns, rows := b.Dx(), (b.Dx()+across-1)/across, (b.Dy()+down-1)/down
	cb, cr := make([]uint8, 2*columns), make([]uint8, 2*columns)
	sums := make([]int32, columns)
	for y := range b.Dy() {
		near := y / down
		far := near
		if down == 2 {
			far = min(max(near-1+2*(y&1), 0), rows-1)
		}
		at, further := near*img.CStride, far*img.CStride
		rowB, rowR := img.Cb[at:][:columns], img.Cr[at:][:columns]
		if across == 2 {
			smoothRow(cb, sums, rowB, img.Cb[further:][:columns], down == 2)
			smoothRow(cr, sums, rowR, img.Cr[further:][:columns], down == 2)
			rowB, rowR = cb, cr
		}
		luma, out := img.Y[y*img.YStride:][:w], c.Pix[3*y*w:][:3*w]
		for x, v := range luma {
			out[3*x], out[3*x+1], out[3*x+2] = convert(v, rowB[x], rowR[x])
		}
	}
}

// smoothRow writes a row of twice the columns: each value is 3/4 of the nearest sample and 1/4 of the
// next one, in both directions where the rows are half as many too, the row near counting three
// times. The rounding is that of libjpeg's jdsample.c: up and down in turn.
func smoothRow(dst []uint8, sums []int32, near, far []uint8, halfRows bool) {
	left, right, shift := int32(1), int32(2), 2
	for i, v := range near {
		sums[i] = int32(v)
	}
	if halfRows {
		left, right, shift = 8, 7, 4
		for i, v := range far {
			sums[i] = 3*sums[i] + int32(v)
		}
	}
	last := len(sums) - 1
	for i, v := range sums {
		dst[2*i] = uint8((3*v + sums[max(i-1, 0)] + left) >> shift)
		dst[2*i+1] = uint8((3*v + sums[min(i+1, last)] + right) >> shift)
	}
}

// repeatYCbCr takes the chroma sample that covers each pixel.
func repeatYCbCr(c *augment.Canvas, img *image.YCbCr, convert toRGBFunc) {
	b := img.Bounds()
	at := 0
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			i := img.COffset(x, y)
			c.Pix[at], c.Pix[at+1], c.Pix[at+2] = convert(img.Y[img.YOffset(x, y)], img.Cb[i], img.Cr[i])
			at += 3
		}
	}
}
