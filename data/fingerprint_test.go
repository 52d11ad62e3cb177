package data

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

func mustFingerprint(t *testing.T, s *Set) Fingerprint {
	t.Helper()
	f, err := s.Fingerprint(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestFingerprintText(t *testing.T) {
	for _, f := range []Fingerprint{
		{},
		{Samples: "173f193bcfa189ca"},
		{Samples: "173f193bcfa189ca", Source: "0123456789abcdef"},
		{Samples: "173f193bcfa189ca", Source: "0123456789abcdef", Times: "fedcba9876543210"},
	} {
		got, err := ParseFingerprint(f.String())
		if err != nil || got != f {
			t.Errorf("%q is read as %+v, %v", f.String(), got, err)
		}
		text, err := json.Marshal(f)
		if err != nil || string(text) != `"`+f.String()+`"` {
			t.Errorf("as JSON: %s, %v", text, err)
		}
	}
	for _, text := range []string{"3:a:b:c", "2:a", "2:a:b:c:d"} {
		if _, err := ParseFingerprint(text); err == nil {
			t.Errorf("%q is read", text)
		}
	}
}

func TestFingerprintCompared(t *testing.T) {
	whole := Fingerprint{"samples", "source", "times"}
	for _, test := range []struct {
		name                      string
		other                     Fingerprint
		source, same, touchedOnly bool
	}{
		{"itself", whole, true, true, false},
		{"not known", Fingerprint{}, true, true, false},
		{"of before", Fingerprint{Samples: "samples"}, true, true, false},
		{"of before, others", Fingerprint{Samples: "others"}, true, false, false},
		{"another source", Fingerprint{"samples", "another", "times"}, false, false, false},
		{"another seed", Fingerprint{"others", "source", "times"}, true, false, false},
		{"a copy", Fingerprint{"samples", "source", "later"}, true, true, true},
	} {
		for _, pair := range [][2]Fingerprint{{whole, test.other}, {test.other, whole}} {
			a, b := pair[0], pair[1]
			if a.SameSource(b) != test.source || a.Same(b) != test.same || a.Touched(b) != test.touchedOnly {
				t.Errorf("%s: source %t, same %t, touched %t", test.name, a.SameSource(b), a.Same(b), a.Touched(b))
			}
		}
	}
}

// Of a set in memory every value counts, also those of samples that the splits
// leave out; a seed that draws other samples changes nothing of the source.
func TestFingerprintInMemory(t *testing.T) {
	open := func(change func(m *images, r *rows), opt Options) Fingerprint {
		t.Helper()
		m := &images{h: 2, w: 2, channels: 1, pix: make([]uint8, 4*60), labels: make([]int32, 60), norm: &norm{}}
		r := &rows{size: 2, x: make([]float64, 2*60), labels: make([]int32, 60), norm: &norm{}}
		for i := range 60 {
			m.labels[i], r.labels[i] = int32(i%2), int32(i%2)
			m.pix[4*i], r.x[2*i] = uint8(i), float64(i)
		}
		change(m, r)
		pictures, err := assemble(&parts{info: Info{Name: "m", Shape: []int{2, 2, 1}, Classes: []string{"a", "b"}}, train: m, norm: m.norm, testShare: 0.2}, opt)
		if err != nil {
			t.Fatal(err)
		}
		table, err := assemble(&parts{info: Info{Name: "r", Shape: []int{2}, Classes: []string{"a", "b"}}, train: r, norm: r.norm, testShare: 0.2}, opt)
		if err != nil {
			t.Fatal(err)
		}
		a, b := mustFingerprint(t, pictures), mustFingerprint(t, table)
		if a.Times != "" || b.Times != "" {
			t.Error("there are times of files")
		}
		return Fingerprint{Samples: a.Samples + b.Samples, Source: a.Source + " " + b.Source}
	}
	none := func(*images, *rows) {}
	small := Options{TrainPerClass: 2, Seed: 1}
	want := open(none, small)
	if open(none, small) != want {
		t.Error("the same set has two fingerprints")
	}
	other := open(none, Options{TrainPerClass: 2, Seed: 2})
	if other.Source != want.Source || other.Samples == want.Samples {
		t.Errorf("seed 2: %v, seed 1: %v", other, want)
	}
	for i := range 60 {
		got := open(func(m *images, r *rows) { m.pix[4*i+3]++; r.x[2*i+1] = math.NaN() }, small)
		a, b, _ := strings.Cut(got.Source, " ")
		c, d, _ := strings.Cut(want.Source, " ")
		if a == c || b == d {
			t.Errorf("sample %d changed: source %v as before", i, got.Source)
		}
	}
	if got := open(func(m *images, r *rows) { m.labels[7], r.labels[7] = 0, 0 }, small); got.Source == want.Source {
		t.Error("a label changed, the source did not")
	}
}

func TestSeeded(t *testing.T) {
	for _, test := range []struct {
		opt  Options
		want bool
	}{
		{Options{}, true}, // digits have a number a class of their own
		{Options{TrainPerClass: -1}, false},
		{Options{TrainPerClass: 5}, true},
		{Options{TrainSize: 50}, true},
		{Options{TrainPerClass: -1, LabelNoise: 0.5}, true},
	} {
		if got := mustOpen(t, "digits", test.opt).Seeded(); got != test.want {
			t.Errorf("%+v: %t", test.opt, got)
		}
	}
}

// Of files the names and sizes count, wherever the folder lies; the times are
// told apart.
func TestFingerprintOfFiles(t *testing.T) {
	photo, err := os.ReadFile("internal/photo/testdata/rgb.jpg")
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "first")
	at := func(class string, i int) string {
		return filepath.Join(dir, class, strings.Repeat("x", i+1)+".jpg")
	}
	then := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	write := func(path string, content []byte) {
		t.Helper()
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, content, 0o666); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, then, then); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 40 {
		write(at("a", i), photo)
		write(at("b", i), photo)
	}
	of := func() Fingerprint {
		t.Helper()
		return mustFingerprint(t, mustOpen(t, "folder:"+dir+"?size=8", Options{}))
	}
	want := of()
	if want.Source == "" || want.Times == "" {
		t.Fatalf("%+v", want)
	}
	moved := filepath.Join(filepath.Dir(dir), "second")
	if err := os.Rename(dir, moved); err != nil {
		t.Fatal(err)
	}
	dir = moved
	if got := of(); got != want {
		t.Errorf("moved: %+v, before %+v", got, want)
	}
	for i := range 40 {
		longer := slices.Concat(photo, []byte{0}) // decodes to the same pixels
		write(at("b", i), longer)
		if got := of(); got.SameSource(want) || got.Samples != want.Samples {
			t.Errorf("file %d longer: %+v, before %+v", i, got, want)
		}
		write(at("b", i), photo)
	}
	if err := os.Chtimes(at("a", 3), then, then.Add(time.Second)); err != nil {
		t.Fatal(err)
	}
	if got := of(); !got.Same(want) || !got.Touched(want) {
		t.Errorf("touched: %+v, before %+v", got, want)
	}
	if err := os.Rename(at("a", 39), at("a", 40)); err != nil {
		t.Fatal(err)
	}
	if got := of(); got.SameSource(want) {
		t.Error("a file has another name, and the source is the same")
	}
}

// TestFingerprintOfBefore holds the sums that runs of before were kept with.
func TestFingerprintOfBefore(t *testing.T) {
	for _, test := range []struct {
		set  string
		opt  Options
		want string
	}{
		{"digits", Options{Seed: 1}, "feb6c6818d75b746"},
		{"digits", Options{Seed: 2, TrainPerClass: 5, LabelNoise: 0.5}, "b3ec58da24fc5383"},
		{"iris", Options{Seed: 1}, "8594be104efd00ce"},
		{"toy:moons", Options{Seed: 1}, "c709a9fdc1711fe6"},
		{"synthetic:1x4x4:3", Options{Seed: 1}, "970c1944c13c9a05"},
	} {
		if got := mustFingerprint(t, mustOpen(t, test.set, test.opt)); got.Samples != test.want {
			t.Errorf("%s %+v: %s, want %s", test.set, test.opt, got.Samples, test.want)
		}
	}
}
