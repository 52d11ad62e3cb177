package photo

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/png"
	"slices"
	"strings"
	"testing"

	"github.com/vicinal-ml/vicinal/data/augment"
)

// encode is img as a PNG file.
func encode(t testing.TB, img image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// Labels are the numbers that the file has, whatever the depth. The files of few bits are from labels.py.
func TestDecodeLabels(t *testing.T) {
	gray, deep := image.NewGray(image.Rect(0, 0, 3, 2)), image.NewGray16(image.Rect(0, 0, 3, 2))
	colours := make(color.Palette, 200)
	for i := range colours {
		colours[i] = color.NRGBA{uint8(255 - i), uint8(i), 7, 255}
	}
	indexed := image.NewPaletted(image.Rect(0, 0, 3, 2), colours)
	want := []uint8{0, 1, 11, 199, 12, 100}
	for i, v := range want {
		gray.Pix[i], indexed.Pix[i] = v, v
		deep.SetGray16(i%3, i/3, color.Gray16{uint16(v)})
	}
	for name, file := range map[string][]byte{"gray": encode(t, gray), "palette": encode(t, indexed), "16 bits": encode(t, deep)} {
		var c augment.Canvas
		if err := DecodeLabels(&c, file); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if c.H != 2 || c.W != 3 || c.C != 1 || !slices.Equal(c.Pix, want) {
			t.Errorf("%s: %d by %d, %v, want %v", name, c.H, c.W, c.Pix, want)
		}
	}
	for name, want := range map[string][]uint8{
		"labels-1.png": {0, 1, 1, 0, 1}, "labels-2.png": {0, 3, 2, 1, 0}, "labels-4.png": {0, 15, 11, 1, 7},
		"labels-p2.png": {0, 3, 2, 1, 0}, "labels-p4.png": {0, 15, 11, 1, 7},
	} {
		var c augment.Canvas
		if err := DecodeLabels(&c, read(t, name)); err != nil || c.H != 1 || !slices.Equal(c.Pix, want) {
			t.Errorf("%s: %v, %v; want %v", name, c.Pix, err, want)
		}
	}
}

func TestDecodeLabelsRefuses(t *testing.T) {
	deep := image.NewGray16(image.Rect(0, 0, 3, 2))
	deep.SetGray16(1, 1, color.Gray16{256})
	huge := slices.Clone(encode(t, image.NewGray(image.Rect(0, 0, 3, 2))))
	binary.BigEndian.PutUint32(huge[16:], 1<<14)
	binary.BigEndian.PutUint32(huge[20:], 1<<14)
	binary.BigEndian.PutUint32(huge[29:], crc32.ChecksumIEEE(huge[12:29]))
	for want, file := range map[string][]byte{
		"must be a PNG file":                   read(t, "rgb.jpg"),
		"must be a palette or gray":            read(t, "rgb.png"),
		"the label 256 at row 2, column 2":     encode(t, deep),
		"16384 by 16384 pixels: between 1 and": huge,
		"unexpected EOF":                       encode(t, image.NewGray(image.Rect(0, 0, 3, 2)))[:40],
	} {
		var c augment.Canvas
		if err := DecodeLabels(&c, file); err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("error %v, want one line with %q", err, want)
		}
	}
}

// Size says what Decode gives.
func TestSize(t *testing.T) {
	for _, name := range []string{"rgb.jpg", "gray.png", "lossless.webp", "rgb.gif", "rgb.bmp", "rgb.tiff", "orientation-1.jpg", "orientation-3.jpg", "orientation-6.jpg", "orientation-6.png", "orientation-8.jpg"} {
		file := read(t, name)
		var c augment.Canvas
		if err := Decode(&c, file); err != nil {
			t.Fatal(err)
		}
		if h, w, orientation, err := Size(file); err != nil || h != c.H || w != c.W || orientation != Orientation(file) {
			t.Errorf("%s: %d by %d, orientation %d, %v; want %d by %d", name, h, w, orientation, err, c.H, c.W)
		}
	}
	if _, _, _, err := Size([]byte("text")); err == nil {
		t.Error("text has a size")
	}
}

// Any bytes give labels for each pixel, or an error.
func FuzzDecodeLabels(f *testing.F) {
	for _, name := range []string{"labels-1.png", "labels-2.png", "labels-4.png", "labels-p2.png", "labels-p4.png", "gray.png", "palette.png", "rgb.png", "orientation-6.png"} {
		f.Add(read(f, name))
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		if head, err := png.DecodeConfig(bytes.NewReader(file)); err == nil && head.Width*head.Height > 1<<20 {
			return // too large to be tried often
		}
		var c augment.Canvas
		if err := DecodeLabels(&c, file); err == nil && (c.C != 1 || len(c.Pix) != c.H*c.W || c.H < 1 || c.W < 1) {
			t.Fatalf("%d by %d, %d channels, %d values", c.H, c.W, c.C, len(c.Pix))
		}
	})
}
