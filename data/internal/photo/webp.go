package photo

import (
	"bytes"
	"errors"
	"image"

	"golang.org/x/image/webp"
)

// studio is an image whose values are those of WebP's lossy form, which package image takes for
// those of JPEG: luma in [16, 235], as ITU-R BT.601 has it.
type studio struct{ image.YCbCr }

// decodeWebP relies on package webp to refuse a picture of another size than that of the file's head, by which
// its memory was judged.
func decodeWebP(file []byte) (image.Image, error) {
	if isAnimated(file) {
		return nil, errors.New("an animated WebP: only still ones are read")
	}
	img, err := webp.Decode(bytes.NewReader(file))
	switch img := img.(type) {
	case *image.YCbCr:
		return &studio{*img}, err
	case *image.NYCbCrA:
		return &studio{img.YCbCr}, err // transparency is left out
	}
	return img, err
}

// isAnimated reports whether the head of a WebP file says that it holds several pictures.
func isAnimated(file []byte) bool {
	const flags, animation = 20, 1 << 1
	return len(file) > flags && string(file[12:16]) == "VP8X" && file[flags]&animation != 0
}

// studioToRGB has the fixed-point coefficients of libwebp's src/dsp/yuv.h.
func studioToRGB(y, cb, cr uint8) (r, g, b uint8) {
	luma := int32(y) * 19077 >> 8
	u, v := int32(cb), int32(cr)
	return clip(luma + v*26149>>8 - 14234), clip(luma - u*6419>>8 - v*13320>>8 + 8708), clip(luma + u*33050>>8 - 17685)
}

// clip takes off the six bits of the fraction.
func clip(v int32) uint8 { return uint8(min(max(v>>6, 0), 255)) }
