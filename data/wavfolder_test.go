package data

import (
	"archive/tar"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/vicinal-ml/vicinal/data/augment"
)

// spoken writes the first n recordings of each digit and speaker: as the set has them, and arranged as a
// user's own are, those of N = 0 to 4 under test.
func spoken(t testing.TB, n int) (official, own string) {
	file, err := os.Open(realData(t, "fsdd/recordings.tar"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	official, own = t.TempDir(), t.TempDir()
	for r := tar.NewReader(file); ; {
		h, err := r.Next()
		if err == io.EOF {
			return official, own
		}
		if err != nil {
			t.Fatal(err)
		}
		name := filepath.Base(h.Name)
		digit, number, ok := parseFSDD(name)
		if !ok || number >= n {
			continue
		}
		content, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		part := "train"
		if number <= 4 {
			part = "test"
		}
		writeAll(t, official, map[string][]byte{"recordings/" + name: content})
		writeAll(t, own, map[string][]byte{fmt.Sprintf("%s/%d/%s", part, digit, name): content})
	}
}

// Real recordings in folders of classes are those of the set itself, where nothing has to be resampled.
func TestWAVFolderIsFSDD(t *testing.T) {
	dir, arranged := spoken(t, 8)
	own, official := mustOpen(t, "wav:"+arranged+"?rate=8000", Options{}), mustOpen(t, "fsdd", Options{Dir: dir})
	checkSet(t, own)
	if own.Train.Len() != 162 || own.Validation.Len() != 18 || own.Test.Len() != 300 || !slices.Equal(own.Shape, official.Shape) || !slices.Equal(own.Classes, official.Classes) {
		t.Fatalf("%d, %d samples of shape %v, classes %q", own.Train.Len(), own.Test.Len(), own.Shape, own.Classes)
	}
	x, y := make([]float32, own.Size()), make([]float32, own.Size())
	for i := range own.Test.Len() {
		if own.Test.Labels()[i] != official.Test.Labels()[i] {
			t.Fatalf("label %d is %d, want %d", i, own.Test.Labels()[i], official.Test.Labels()[i])
		}
		if err := own.Test.Read(t.Context(), i, x); err != nil {
			t.Fatal(err)
		}
		if err := official.Test.Read(t.Context(), i, y); err != nil {
			t.Fatal(err)
		}
		var s augment.Sound
		if err := own.Test.(Sounds).ReadSound(t.Context(), i, &s); err != nil || len(s.Samples) > 8000 || s.Rate != 8000 {
			t.Fatalf("sound of %d samples at %d, %v", len(s.Samples), s.Rate, err)
		}
		if len(s.Samples) < 8000 && !slices.Equal(x, y) {
			t.Fatalf("sample %d differs", i)
		}
	}
}

// At twice the rate the same bins hold the same, up to a factor that normalising takes out.
func TestWAVFolderResamples(t *testing.T) {
	_, dir := spoken(t, 6)
	one, two := mustOpen(t, "wav:"+dir+"?rate=8000", Options{}), mustOpen(t, "wav:"+dir, Options{})
	checkSet(t, two)
	if !slices.Equal(two.Shape, []int{160, 101, 1}) {
		t.Fatalf("shape %v", two.Shape)
	}
	x, y := make([]float32, one.Size()), make([]float32, two.Size())
	for i := 0; i < one.Test.Len(); i += 7 {
		if err := one.Test.Read(t.Context(), i, x); err != nil {
			t.Fatal(err)
		}
		if err := two.Test.Read(t.Context(), i, y); err != nil {
			t.Fatal(err)
		}
		if r := correlation(x[:70*101], y[:70*101]); r < 0.9 {
			t.Errorf("sample %d: bins up to 3.5 kHz correlate by %.3f", i, r)
		}
		high := 0.
		for _, v := range y[90*101:] {
			high = max(high, float64(v))
		}
		low := 0.
		for _, v := range x {
			low = max(low, float64(v))
		}
		if high > low {
			t.Errorf("sample %d: the loudest above half the rate of the file is %.2f, the loudest of all %.2f", i, high, low)
		}
	}
}

func correlation(x, y []float32) float64 {
	var sx, sy, sxx, syy, sxy float64
	n := float64(len(x))
	for i := range x {
		a, b := float64(x[i]), float64(y[i])
		sx, sy, sxx, syy, sxy = sx+a, sy+b, sxx+a*a, syy+b*b, sxy+a*b
	}
	return (n*sxy - sx*sy) / math.Sqrt((n*sxx-sx*sx)*(n*syy-sy*sy))
}

func TestWAVFolderLayouts(t *testing.T) {
	files := map[string][]byte{"train/no/readme.md": nil, "train/no/song.mp3": nil, "train/.git/x.wav": nil}
	for i := range 10 {
		files[fmt.Sprintf("train/no/%d.wav", i)] = wave(8000, 500+i)
		files[fmt.Sprintf("train/yes/%d.WAV", i)] = wave(44100, 9000+i)
		files[fmt.Sprintf("val/yes/%d.wave", i)] = wave(48000, 96000)
	}
	dir := t.TempDir()
	writeAll(t, dir, files)
	set := mustOpen(t, "wav:"+dir+"?rate=4000&seconds=0.5", Options{})
	checkSet(t, set)
	if got := sizesOf(set); got != [3]int{18, 2, 10} || !slices.Equal(set.Shape, []int{40, 51, 1}) || !slices.Equal(set.Classes, []string{"no", "yes"}) {
		t.Errorf("%v samples of shape %v, classes %q", got, set.Shape, set.Classes)
	}
	var s augment.Sound
	if err := set.Test.(Sounds).ReadSound(t.Context(), 0, &s); err != nil || len(s.Samples) != 2000 || s.Rate != 4000 {
		t.Errorf("%d samples at %d, %v", len(s.Samples), s.Rate, err)
	}
	if text := set.Taken.LeftOutText(); !strings.Contains(text, "1 × no recording (.mp3)") || !strings.Contains(text, "1 × hidden folder") {
		t.Errorf("left out %s", text)
	}
}

func TestWAVFolderErrors(t *testing.T) {
	sound := wave(8000, 500)
	for _, test := range []struct {
		files       map[string][]byte
		query, want string
	}{
		{map[string][]byte{"a/1.wav": sound, "b/1.wav": sound}, "?rate=8050", `rate: 8050 is not a multiple of 100`},
		{map[string][]byte{"a/1.wav": sound, "b/1.wav": sound}, "?rate=100", `"100" is not a number in [1000, 96000]`},
		{map[string][]byte{"a/1.wav": sound, "b/1.wav": sound}, "?seconds=0", `"0" is not a number in [0.1, 60]`},
		{map[string][]byte{"a/1.wav": sound, "b/1.wav": sound}, "?size=3", "unknown"},
		{map[string][]byte{"a/1.wav": sound, "b/1.png": sound}, "", "b has no recordings (.wav, .wave); left out: 1 × no recording (.png) (b/1.png); images (.jpg, "},
		{map[string][]byte{"1.wav": sound}, "", "recordings must lie in one folder a class"},
		{map[string][]byte{"Training/a/1.wav": sound, "Testing/a/1.wav": sound}, "", "say wav:"},
		{map[string][]byte{"all/a/1.wav": sound, "all/b/1.wav": sound}, "", "say wav:"},
	} {
		dir := t.TempDir()
		writeAll(t, dir, test.files)
		_, err := Open(t.Context(), "wav:"+dir+test.query, Options{})
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v, want %q", test.query, err, test.want)
		}
	}
	dir := t.TempDir()
	writeAll(t, dir, map[string][]byte{"a/1.wav": sound, "b/1.wav": sound})
	if _, err := Open(t.Context(), "folder:"+dir, Options{}); err == nil || !strings.Contains(err.Error(), "recordings (.wav, .wave) are read by wav:DIR") {
		t.Errorf("recordings as images: %v", err)
	}
}

// Broken recordings are found, with their reasons, and what is silent is told.
func TestCheckWAVFolder(t *testing.T) {
	files := map[string][]byte{}
	for _, class := range []string{"a", "b"} {
		for i := range 20 {
			files[fmt.Sprintf("%s/%02d.wav", class, i)] = wave(8000, 500+i+50*len(files))
		}
	}
	files["a/cut.wav"] = wave(8000, 500)[:700]
	files["a/empty.wav"] = wave(8000, 0)
	files["b/ogg.wav"] = []byte("OggS and so on")
	files["b/silent.wav"] = append(wave(8000, 50)[:44], make([]byte, 100)...)
	dir := t.TempDir()
	writeAll(t, dir, files)
	c := mustCheck(t, "wav:"+dir, Options{})
	var broken []string
	for _, b := range c.Broken {
		broken = append(broken, filepath.Base(b.Path)+": "+b.Reason)
	}
	slices.Sort(broken)
	want := []string{
		"cut.wav: byte 44: the file is cut off: 1000 bytes of samples, the file has 656 more", "empty.wav: byte 44: no samples", "ogg.wav: not a RIFF WAVE file but Ogg",
	}
	if !slices.Equal(broken, want) {
		t.Errorf("broken %q, want %q", broken, want)
	}
	if len(c.Odd) != 1 || c.Odd[0].What != "silence throughout" || c.Odd[0].Count != 1 || !strings.HasSuffix(c.Odd[0].Example, "silent.wav") {
		t.Errorf("odd %+v", c.Odd)
	}
	set := mustOpen(t, "wav:"+dir, Options{SkipBroken: true})
	checkSet(t, set)
	if len(set.Broken) != 3 {
		t.Errorf("left out %v", set.Broken)
	}
}
