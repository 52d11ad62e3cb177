package cli

import (
	"encoding/binary"
	"fmt"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/vicinal-ml/vicinal/data"
	"github.com/vicinal-ml/vicinal/train"
)

// tone is a WAVE file of a tenth of a second at 8 kHz.
func tone(hertz float64) []byte {
	const n = 800
	text := []byte("RIFF")
	text = binary.LittleEndian.AppendUint32(text, 36+2*n)
	text = append(text, "WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00"...)
	text = binary.LittleEndian.AppendUint32(text, 8000)
	text = binary.LittleEndian.AppendUint32(text, 16000)
	text = append(text, "\x02\x00\x10\x00data"...)
	text = binary.LittleEndian.AppendUint32(text, 2*n)
	for i := range n {
		v := int16(8000 * math.Sin(2*math.Pi*hertz*float64(i)/8000))
		text = binary.LittleEndian.AppendUint16(text, uint16(v))
	}
	return text
}

// TestSpectrogramsAreColoured: spectrograms are drawn on a scale of colours
// with the lowest frequency at the bottom, not as grey images.
func TestSpectrogramsAreColoured(t *testing.T) {
	dir := t.TempDir()
	for digit := range 10 {
		for n := range 8 {
			name := filepath.Join(dir, fmt.Sprintf("%d_jackson_%d.wav", digit, n))
			if err := os.WriteFile(name, tone(float64(200+20*digit+n)), 0o666); err != nil {
				t.Fatal(err)
			}
		}
	}
	spec := train.DefaultSpec()
	spec.Data, spec.DataDir, spec.Method, spec.Augment = "fsdd", dir, "samplepairing:paper", "none"
	spec, err := spec.Resolve()
	if err != nil {
		t.Fatal(err)
	}
	set, err := data.Open(t.Context(), spec.Data, spec.DataOptions())
	if err != nil {
		t.Fatal(err)
	}
	batch, err := train.FirstMixed(t.Context(), set, spec, 4)
	if err != nil || batch == nil {
		t.Fatal(batch, err)
	}
	figure, err := mixedFigure(spec, batch, 4)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "mixed.png")
	if err := figure.Save(path); err != nil {
		t.Fatal(err)
	}
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	img, err := png.Decode(file)
	if err != nil {
		t.Fatal(err)
	}
	yellow := 0
	for y := range img.Bounds().Dy() {
		for x := range img.Bounds().Dx() {
			if r, _, b, _ := img.At(x, y).RGBA(); r > b+0x8000 {
				yellow++
			}
		}
	}
	if yellow < 50 {
		t.Errorf("%d yellow pixels: the loud parts should be", yellow)
	}
}

// TestTitleKeepsOptions: two methods that differ in an option alone have
// pictures of different titles.
func TestTitleKeepsOptions(t *testing.T) {
	for _, method := range []string{"mixup:1,per=sample", "mixup:0.2,inputs,partners=derangement,p=0.5", "samplepairing:always,second", "samplepairing"} {
		spec := train.DefaultSpec()
		spec.Method = method
		spec, err := spec.Resolve()
		if err != nil {
			t.Fatal(err)
		}
		set, err := data.Open(t.Context(), spec.Data, spec.DataOptions())
		if err != nil {
			t.Fatal(err)
		}
		batch, err := train.FirstMixed(t.Context(), set, spec, 4)
		if err != nil || batch == nil {
			t.Fatal(batch, err)
		}
		figure, err := mixedFigure(spec, batch, 4)
		if err != nil {
			t.Fatal(err)
		}
		if want := fmt.Sprintf("%s on digits, seed 1, epoch %d", spec.Method, batch.Epoch+1); figure.Title != want {
			t.Errorf("title %q, want %q", figure.Title, want)
		}
	}
}
