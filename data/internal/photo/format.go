package photo

import (
	"bytes"
	"fmt"
	"image"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"

	"golang.org/x/image/bmp"
	"golang.org/x/image/tiff"
	"golang.org/x/image/webp"
)

// format is a kind of file that is decoded.
type format struct {
	starts []string // what its files begin with, a dot for any byte
	config func(io.Reader) (image.Config, error)
	decode func(file []byte) (image.Image, error)
	exif   func(file []byte) []byte // its EXIF data, nil where it has none
}

// stream is a decoder of a whole file.
func stream(decode func(io.Reader) (image.Image, error)) func([]byte) (image.Image, error) {
	return func(file []byte) (image.Image, error) { return decode(bytes.NewReader(file)) }
}

func formats() []format {
	none := func([]byte) []byte { return nil }
	whole := func(file []byte) []byte { return file }
	return []format{
		{[]string{jpegStart}, jpeg.DecodeConfig, stream(jpeg.Decode), after(exifMark, 0)},
		{[]string{pngStart}, png.DecodeConfig, stream(png.Decode), after("eXIf", 0)},
		{[]string{"RIFF....WEBP"}, webp.DecodeConfig, decodeWebP, after("EXIF", 4)},
		{[]string{"GIF87a", "GIF89a"}, gif.DecodeConfig, decodeGIF, none},
		{[]string{"BM"}, bmp.DecodeConfig, stream(bmp.Decode), none},
		{tiffStarts[:], tiff.DecodeConfig, stream(tiff.Decode), whole},
	}
}

var known = formats()

const jpegStart = "\xff\xd8\xff"

func isJPEG(file []byte) bool { return begins(file, jpegStart) }

// begins reports whether file begins with start, in which a dot stands for any byte.
func begins(file []byte, start string) bool {
	if len(file) < len(start) {
		return false
	}
	for i := range len(start) {
		if start[i] != '.' && start[i] != file[i] {
			return false
		}
	}
	return true
}

// sniff tells the format by the first bytes: names lie, as some of ImageNet's do.
func sniff(file []byte) (*format, error) {
	for i := range known {
		for _, start := range known[i].starts {
			if begins(file, start) {
				return &known[i], nil
			}
		}
	}
	for _, other := range foreign {
		if begins(file, other.start) {
			return nil, fmt.Errorf("%w: it is %s", ErrFormat, other.name)
		}
	}
	if len(file) == 0 {
		return nil, fmt.Errorf("%w: it is empty", ErrFormat)
	}
	return nil, ErrFormat
}

// foreign are kinds of files that lie among images and are not decoded.
var foreign = []struct{ start, name string }{
	{"version https://git-lfs", `a Git LFS pointer, which "git lfs pull" replaces by the picture`},
	{"....ftyphe", "HEIC"}, {"....ftypmif1", "HEIC"}, {"....ftypmsf1", "HEIC"}, {"....ftypavi", "AVIF"},
	{"\xff\x0a", "JPEG XL"}, {"\x00\x00\x00\x0cJXL ", "JPEG XL"}, {"\x00\x00\x00\x0cjP  ", "JPEG 2000"},
	{"II+\x00", "BigTIFF"}, {"MM\x00+", "BigTIFF"}, {"8BPS", "a Photoshop file"}, {"%PDF", "a PDF"},
	{"<svg", "an SVG"}, {"<?xml", "an XML file"}, {"<!DOCTYPE", "a web page"}, {"<!doctype", "a web page"}, {"<html", "a web page"},
}
