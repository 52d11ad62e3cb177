package photo

import (
	"bytes"

	"github.com/bep/imagemeta"
)

// Orientation returns the value of the tag Orientation in a file's EXIF data,
// 1 to 8, and 1 (Upright) where it has none. Data that is damaged counts as none,
// as in every viewer: it describes a picture that can be read without it.
func Orientation(file []byte) int {
	f, err := sniff(file)
	if err != nil {
		return Upright
	}
	return f.orientation(file)
}

// Upright is the orientation of a picture that is not to be turned.
const Upright = 1

// exifMark begins EXIF data in a JPEG file, and in some others.
const exifMark = "Exif\x00\x00"

// tiffStarts begin EXIF data: it is a TIFF file without a picture.
var tiffStarts = [2]string{"II*\x00", "MM\x00*"}

// after returns a function that finds EXIF data some bytes after a mark.
func after(mark string, skip int) func(file []byte) []byte {
	return func(file []byte) []byte {
		for {
			at := bytes.Index(file, []byte(mark))
			if at < 0 {
				return nil
			}
			file = file[at+len(mark):]
			data := bytes.TrimPrefix(file[min(skip, len(file)):], []byte(exifMark))
			if begins(data, tiffStarts[0]) || begins(data, tiffStarts[1]) {
				return data
			}
		}
	}
}

func (f *format) orientation(file []byte) int {
	data := f.exif(file)
	if data == nil {
		return Upright
	}
	found := Upright
	const tag = "Orientation"
	// An error leaves what was found before it.
	_, _ = imagemeta.Decode(imagemeta.Options{
		R:           bytes.NewReader(data),
		ImageFormat: imagemeta.TIFF,
		Sources:     imagemeta.EXIF,
		ShouldHandleTag: func(t imagemeta.TagInfo) bool {
			return t.Tag == tag && t.Namespace == "IFD0"
		},
		HandleTag: func(t imagemeta.TagInfo) error {
			if v, ok := t.Value.(uint16); ok && v >= 1 && v <= 8 {
				found = int(v)
			}
			return imagemeta.ErrStopWalking
		},
	})
	return found
}
