package data

import "github.com/vicinal-ml/vicinal/data/internal/photo"

// JPEGDecoder returns what decodes JPEG files: "libturbojpeg" where that
// library is installed (Debian package libturbojpeg0), else Go's "image/jpeg",
// which is slower. Their pixels are not the same to the bit.
func JPEGDecoder() string { return photo.JPEGDecoder() }
