package photo

import (
	"bytes"
	"encoding/csv"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/vicinal-ml/vicinal/data/augment"
	"github.com/vicinal-ml/vicinal/data/internal/realcopy"
)

func read(t testing.TB, name string) []byte {
	t.Helper()
	file, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return file
}

// decodeGo is Decode without TurboJPEG.
func decodeGo(c *augment.Canvas, file []byte) error {
	f, err := sniff(file)
	if err != nil {
		return err
	}
	img, err := f.decode(file)
	if err != nil {
		return err
	}
	toRGB(c, img)
	c.Orient(f.orientation(file))
	return nil
}

func TestDecodeIsNearPillows(t *testing.T) {
	lines, err := csv.NewReader(strings.NewReader(string(read(t, "pixels.csv")))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	// Decoders of lossy formats differ by rounding.
	tolerance := map[string]int{"rgb.jpg": 4, "progressive.jpg": 4, "gray.jpg": 4, "cmyk.jpg": 4, "420.jpg": 4, "lossy.webp": 4, "lossy-alpha.webp": 4}
	var c augment.Canvas
	for _, line := range lines {
		var n []int
		for _, s := range line[1:] {
			v, err := strconv.Atoi(s)
			if err != nil {
				t.Fatal(err)
			}
			n = append(n, v)
		}
		if err := decodeGo(&c, read(t, line[0])); err != nil {
			t.Errorf("%s: %v", line[0], err)
			continue
		}
		if c.W != n[0] || c.H != n[1] || c.C != 3 {
			t.Errorf("%s: %d columns, %d rows, %d channels", line[0], c.W, c.H, c.C)
			continue
		}
		for k, at := range [][2]int{{0, 0}, {8, 11}, {16, 22}, {3, 20}, {15, 2}} {
			for channel := range 3 {
				got, want := int(c.Pix[(at[0]*c.W+at[1])*3+channel]), n[2+3*k+channel]
				if d := got - want; d > tolerance[line[0]] || -d > tolerance[line[0]] {
					t.Errorf("%s: row %d, column %d, channel %d is %d, want %d", line[0], at[0], at[1], channel, got, want)
				}
			}
		}
	}
}

// Both JPEG decoders are within rounding of Pillow's, which is libjpeg-turbo:
// TurboJPEG is it to the bit.
func TestTurboIsPillows(t *testing.T) {
	library := loadTurbo()
	if library == nil {
		t.Skip("SKIP: libturbojpeg is not installed (Debian package libturbojpeg0)")
	}
	lines, err := csv.NewReader(strings.NewReader(string(read(t, "pixels.csv")))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	decoded := 0
	for _, line := range lines {
		if filepath.Ext(line[0]) != ".jpg" || line[0] == "cmyk.jpg" {
			continue
		}
		var c augment.Canvas
		if err := library.decode(&c, read(t, line[0])); err != nil {
			t.Errorf("%s: %v", line[0], err)
			continue
		}
		decoded++
		for k, at := range [][2]int{{0, 0}, {8, 11}, {16, 22}, {3, 20}, {15, 2}} {
			for channel := range 3 {
				if got, want := strconv.Itoa(int(c.Pix[(at[0]*c.W+at[1])*3+channel])), line[3+3*k+channel]; got != want {
					t.Errorf("%s: row %d, column %d, channel %d is %s, want %s", line[0], at[0], at[1], channel, got, want)
				}
			}
		}
	}
	if decoded != 4 {
		t.Errorf("%d files decoded, want 4", decoded)
	}
	var c augment.Canvas
	if err := library.decode(&c, read(t, "cmyk.jpg")); err == nil {
		t.Error("CMYK is left to no other decoder")
	}
}

func TestDecodeErrors(t *testing.T) {
	var c augment.Canvas
	for _, text := range []string{"", "GIF", "RIFF\x00\x00\x00\x00WAVE", "plain text"} {
		if err := Decode(&c, []byte(text)); !errors.Is(err, ErrFormat) {
			t.Errorf("%q: %v", text, err)
		}
	}
	for _, name := range []string{"rgb.jpg", "rgb.png", "lossless.webp"} {
		file := read(t, name)
		for _, n := range []int{13, len(file) / 3, len(file) / 2} {
			if err := Decode(&c, file[:n]); err == nil {
				t.Errorf("the first %d bytes of %s give no error", n, name)
			}
		}
	}
	scans := append(slices.Clone(read(t, "progressive.jpg")), bytes.Repeat([]byte{0xff, 0xda}, maxScans)...)
	if err := checkScans(scans); err == nil || !strings.Contains(err.Error(), "scans: at most 500") {
		t.Errorf("too many scans: %v", err)
	}
	// A PNG of 65,535 by 65,535 pixels, all of them missing.
	large := append([]byte(nil), read(t, "rgb.png")[:16]...)
	large = append(large, 0, 0, 0xff, 0xff, 0, 0, 0xff, 0xff, 8, 2, 0, 0, 0)
	large = append(large, 0xa9, 0x1d, 0x7e, 0x29)
	if err := Decode(&c, large); err == nil {
		t.Error("a PNG of 4 gigapixels gives no error")
	}
}

func FuzzDecode(f *testing.F) {
	files, err := filepath.Glob("testdata/*.*")
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range files {
		if filepath.Ext(name) != ".py" {
			f.Add(read(f, filepath.Base(name)))
		}
	}
	for _, real := range [][]byte{realcopy.InTar("imagenette/imagenette64.tar", ".JPEG", 1<<12), realcopy.InTar("imagenet/imagenet-sample.tar", ".JPEG", 1<<15)} {
		if real != nil {
			f.Add(real)
		}
	}
	var c augment.Canvas
	f.Fuzz(func(t *testing.T, file []byte) {
		if err := Decode(&c, file); err == nil && (c.H*c.W*3 != len(c.Pix) || len(c.Pix) == 0) {
			t.Fatalf("%d rows, %d columns, %d values", c.H, c.W, len(c.Pix))
		}
	})
}

func BenchmarkDecode(b *testing.B) {
	file := read(b, "rgb.jpg")
	if path := os.Getenv("VICINAL_TEST_JPEG"); path != "" {
		var err error
		if file, err = os.ReadFile(path); err != nil {
			b.Fatal(err)
		}
	}
	var c augment.Canvas
	b.Run("image/jpeg", func(b *testing.B) {
		for b.Loop() {
			if err := decodeGo(&c, file); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("libturbojpeg", func(b *testing.B) {
		library := loadTurbo()
		if library == nil {
			b.Skip("SKIP: libturbojpeg is not installed")
		}
		for b.Loop() {
			if err := library.decode(&c, file); err != nil {
				b.Fatal(err)
			}
		}
	})
}
