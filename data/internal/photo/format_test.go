package photo

import (
	"bytes"
	"encoding/binary"
	"encoding/csv"
	"errors"
	"image"
	"image/color"
	"image/color/palette"
	"image/gif"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/vicinal-ml/vicinal/data/augment"
)

// Every format is decoded and turned upright as Pillow's exif_transpose does, by either JPEG decoder.
func TestUprightAsPillow(t *testing.T) {
	lines, err := csv.NewReader(bytes.NewReader(read(t, "orient.csv"))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	decoders := map[string]func(*augment.Canvas, []byte) error{"": Decode, " without TurboJPEG": decodeGo}
	for _, line := range lines {
		tolerance := 0
		if filepath.Ext(line[0]) == ".jpg" {
			tolerance = 4
		}
		for by, decode := range decoders {
			var c augment.Canvas
			if err := decode(&c, read(t, line[0])); err != nil {
				t.Errorf("%s%s: %v", line[0], by, err)
				continue
			}
			if size := []string{strconv.Itoa(c.W), strconv.Itoa(c.H)}; !slices.Equal(size, line[1:3]) || c.C != 3 {
				t.Errorf("%s%s: %v pixels, %d channels; want %v", line[0], by, size, c.C, line[1:3])
				continue
			}
			for k, at := range [][2]int{{0, 0}, {8, 11}, {16, 16}, {3, 15}, {15, 2}} {
				for channel := range 3 {
					want, err := strconv.Atoi(line[3+3*k+channel])
					if err != nil {
						t.Fatal(err)
					}
					if d := int(c.Pix[(at[0]*c.W+at[1])*3+channel]) - want; max(d, -d) > tolerance {
						t.Errorf("%s%s: row %d, column %d, channel %d is %d off %d", line[0], by, at[0], at[1], channel, d, want)
					}
				}
			}
		}
	}
}

func TestOrientation(t *testing.T) {
	for name, want := range map[string]int{
		"orientation-1.jpg": 1, "orientation-8.jpg": 8, "orientation-6.tiff": 6, "orientation-6.png": 6, "orientation-6.webp": 6,
		"rgb.jpg": 1, "rgb.png": 1, "rgb.tiff": 1, "rgb.bmp": 1, "rgb.gif": 1, "lossless.webp": 1,
	} {
		if got := Orientation(read(t, name)); got != want {
			t.Errorf("%s: %d, want %d", name, got, want)
		}
	}
	// Damaged data leaves the picture as it is.
	for _, change := range []func(file []byte, tag int) []byte{
		func(file []byte, tag int) []byte { file[tag+8] = 9; file[tag+9] = 9; return file }, // no such orientation
		func(file []byte, tag int) []byte { file[tag+2] = 77; return file },                 // no such type
		func(file []byte, tag int) []byte { return file[:tag+1] },
	} {
		file := slices.Clone(read(t, "orientation-6.jpg"))
		tag := bytes.Index(file, []byte("\x01\x12\x00\x03"))
		if tag < 0 {
			tag = bytes.Index(file, []byte("\x12\x01\x03\x00"))
		}
		if got := Orientation(change(file, tag)); got != Upright {
			t.Errorf("orientation %d of damaged data", got)
		}
	}
}

// Sixteen bits are scaled, not cut off.
func TestSixteenBits(t *testing.T) {
	var c augment.Canvas
	if err := Decode(&c, read(t, "gray16.tiff")); err != nil {
		t.Fatal(err)
	}
	for x := range c.W {
		if got, want := c.Pix[3*x], uint8(x*2800>>8); got != want {
			t.Errorf("column %d is %d, want %d", x, got, want)
		}
	}
}

// A GIF's picture stands at its place on the screen.
func TestGIFPlacesItsPicture(t *testing.T) {
	small := image.NewPaletted(image.Rect(2, 1, 4, 3), palette.Plan9)
	for i := range small.Pix {
		small.Pix[i] = uint8(color.Palette(palette.Plan9).Index(color.White))
	}
	var file bytes.Buffer
	if err := gif.EncodeAll(&file, &gif.GIF{Image: []*image.Paletted{small}, Delay: []int{0}, Config: image.Config{ColorModel: small.Palette, Width: 5, Height: 4}}); err != nil {
		t.Fatal(err)
	}
	var c augment.Canvas
	if err := Decode(&c, file.Bytes()); err != nil {
		t.Fatal(err)
	}
	if c.H != 4 || c.W != 5 {
		t.Fatalf("%d by %d", c.H, c.W)
	}
	for i := range c.H * c.W {
		want := uint8(0)
		if y, x := i/c.W, i%c.W; y >= 1 && y < 3 && x >= 2 && x < 4 {
			want = 255
		}
		if c.Pix[3*i] != want {
			t.Errorf("pixel %d is %d, want %d", i, c.Pix[3*i], want)
		}
	}
}

func TestForeignFormats(t *testing.T) {
	for start, want := range map[string]string{
		"version https://git-lfs.github.com/spec/v1\noid sha256:": "git lfs pull",
		"\x00\x00\x00\x18ftypheic":                                "HEIC",
		"\x00\x00\x00\x18ftypavif":                                "AVIF",
		"II+\x00":                                                 "BigTIFF",
		"<!DOCTYPE html>":                                         "a web page",
		"":                                                        "it is empty",
	} {
		var c augment.Canvas
		if err := Decode(&c, []byte(start)); !errors.Is(err, ErrFormat) || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", start, err, want)
		}
	}
	var c augment.Canvas
	if err := Decode(&c, read(t, "animated.webp")); err == nil || !strings.Contains(err.Error(), "an animated WebP") {
		t.Errorf("animated WebP: %v", err)
	}
}

// webpIn is a WebP file of one chunk behind a head that claims a size of w by h.
func webpIn(w, h int, kind string, picture []byte) []byte {
	body := []byte("WEBPVP8X\x0a\x00\x00\x00\x00\x00\x00\x00")
	body = append(body, byte(w-1), byte((w-1)>>8), byte((w-1)>>16), byte(h-1), byte((h-1)>>8), byte((h-1)>>16))
	body = binary.LittleEndian.AppendUint32(append(body, kind...), uint32(len(picture)))
	body = append(body, picture...)
	return append(binary.LittleEndian.AppendUint32([]byte("RIFF"), uint32(len(body))), body...)
}

// A picture larger than the head of its file says takes no memory.
func TestWebPOfAnotherSizeInside(t *testing.T) {
	const side = 16383
	lossless := binary.LittleEndian.AppendUint32([]byte{0x2f}, side-1|(side-1)<<14)
	lossy := append([]byte{0x10, 0, 0, 0x9d, 0x01, 0x2a}, side&0xff, side>>8, side&0xff, side>>8)
	for kind, picture := range map[string][]byte{"VP8L": lossless, "VP8 ": lossy} {
		picture = append(picture, make([]byte, 64)...)
		for _, claimed := range [][2]int{{1, 1}, {side, 1}, {side, side}} {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			var c augment.Canvas
			err := Decode(&c, webpIn(claimed[0], claimed[1], kind, picture))
			runtime.ReadMemStats(&after)
			if took := after.TotalAlloc - before.TotalAlloc; err == nil || took > 1<<20 {
				t.Errorf("%q, said to be %d by %d: %v after %d bytes", kind, claimed[0], claimed[1], err, took)
			}
		}
	}
}

// An image above the limit is refused by its size in every format.
func TestTooManyPixels(t *testing.T) {
	le, be := binary.LittleEndian, binary.BigEndian
	const side = 1 << 14
	bmp := append([]byte("BM"), make([]byte, 52)...)
	le.PutUint32(bmp[10:], 54)
	le.PutUint32(bmp[14:], 40)
	le.PutUint32(bmp[18:], side)
	le.PutUint32(bmp[22:], side)
	bmp[26], bmp[28] = 1, 24
	gif := append([]byte("GIF89a"), 0, 0x40, 0, 0x40, 0, 0, 0)
	tiff := slices.Clone(read(t, "rgb.tiff"))
	for at := le.Uint32(tiff[4:]) + 2; ; at += 12 {
		tag := le.Uint16(tiff[at:])
		if tag == 0x100 || tag == 0x101 {
			le.PutUint16(tiff[at+2:], 4)
			le.PutUint32(tiff[at+8:], side)
		}
		if tag >= 0x101 {
			break
		}
	}
	jpeg := slices.Clone(read(t, "rgb.jpg"))
	frame := bytes.Index(jpeg, []byte("\xff\xc0"))
	be.PutUint16(jpeg[frame+5:], side)
	be.PutUint16(jpeg[frame+7:], side)
	for name, file := range map[string][]byte{"BMP": bmp, "GIF": gif, "TIFF": tiff, "JPEG": jpeg} {
		var c augment.Canvas
		if err := Decode(&c, file); err == nil || !strings.Contains(err.Error(), "16384 by 16384 pixels: between 1 and") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// What EXIF data says of any bytes is an orientation, found in little memory.
func FuzzOrientation(f *testing.F) {
	files, err := filepath.Glob("testdata/orientation-*")
	if err != nil || len(files) < 11 {
		f.Fatal(files, err)
	}
	for _, name := range files {
		f.Add(read(f, filepath.Base(name)))
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		if o := Orientation(file); o < 1 || o > 8 {
			t.Fatalf("orientation %d", o)
		}
	})
}

func BenchmarkOrientation(b *testing.B) {
	for _, name := range []string{"rgb.jpg", "orientation-6.jpg"} {
		file := read(b, name)
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				Orientation(file)
			}
		})
	}
}
