package data

import "github.com/vicinal-ml/vicinal/data/internal/photo"

// JPEGVariable is the environment variable that chooses the JPEG decoder: "go" or "turbo". See
// JPEGDecoder.
const JPEGVariable = photo.Variable

// JPEGDecoder returns what decodes JPEG files: "libturbojpeg" where that
// library is installed (Debian package libturbojpeg0), else Go's "image/jpeg",
// which takes several times as long. VICINAL_JPEG=go takes Go's in any case, VICINAL_JPEG=turbo
// makes it an error that the library is missing; other values are an error. Pixels of the two differ by
// rounding, by at most 5 of 255 levels in the usual colour samplings, so a study is repeated
// to the bit only with the same one.
func JPEGDecoder() (string, error) { return photo.JPEGDecoder() }
