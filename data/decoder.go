package data

import (
	"path/filepath"
	"slices"
	"strings"

	"github.com/vicinal-ml/vicinal/data/internal/photo"
)

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

// JPEGDecoder returns what decodes the JPEG files of the set, with its version
// where that is known, such as "libturbojpeg 2.1.5"; "" where the set has none.
// Files count by their names: .jpg, .jpeg and .jfif.
func (s *Set) JPEGDecoder() (string, error) {
	if !hasJPEG(s.Train) && !hasJPEG(s.Validation) && !hasJPEG(s.Test) {
		return "", nil
	}
	return photo.JPEGVersion()
}

// hasJPEG reports whether s reads JPEG files.
func hasJPEG(s Split) bool {
	var paths []string
	switch s := base(s).(type) {
	case *photos:
		paths = s.paths
	case *scenes:
		paths = s.pictures
	}
	return slices.ContainsFunc(paths, func(path string) bool {
		ext := strings.ToLower(filepath.Ext(path))
		return ext == ".jpg" || ext == ".jpeg" || ext == ".jfif"
	})
}
