package spectrogram

import (
	"encoding/csv"
	"math"
	"os"
	"strconv"
	"testing"
)

// sound makes what testdata/make.py makes.
func sound(rate, n int) []float32 {
	x := make([]float32, n)
	for i := range x {
		t := float64(i) / float64(rate)
		x[i] = float32(0.5 * math.Sin(2*math.Pi*(1000*t-300*t*t)))
	}
	x[n/3] = 0.9
	return x
}

func TestMakeIsSciPys(t *testing.T) {
	file, err := os.Open("testdata/spectrograms.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	r := csv.NewReader(file)
	r.FieldsPerRecord = -1
	lines, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	number := func(s string) float64 {
		v, err := strconv.ParseFloat(s, 64)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	for _, line := range lines {
		rate, n := int(number(line[0])), int(number(line[1]))
		m := New(rate, 1)
		if m.Bins != rate/100 || m.Frames != 101 {
			t.Fatalf("rate %d: %d bins, %d frames", rate, m.Bins, m.Frames)
		}
		got := make([]float32, m.Size())
		m.Make(got, sound(rate, n))
		if len(line)-2 != (m.Size()+96)/97 {
			t.Fatalf("rate %d: %d values in the file", rate, len(line)-2)
		}
		for k, s := range line[2:] {
			if want := number(s); math.Abs(float64(got[97*k])-want) > 2e-5 {
				t.Errorf("rate %d, %d samples: bin %d, frame %d is %g, want %g", rate, n, 97*k/101, 97*k%101, got[97*k], want)
				break
			}
		}
	}
}

// The frames of a sound do not depend on how many follow, where they are silence.
func TestMakeOfOtherLengths(t *testing.T) {
	x := sound(8000, 4000)
	second, half, longer := New(8000, 1), New(8000, 0.5), New(8000, 1.25)
	if half.Frames != 51 || longer.Frames != 126 || half.Bins != 80 {
		t.Fatalf("%d and %d frames of %d bins", half.Frames, longer.Frames, half.Bins)
	}
	want := make([]float32, second.Size())
	second.Make(want, x)
	for _, m := range []*Maker{half, longer} {
		got := make([]float32, m.Size())
		m.Make(got, x)
		for b := range m.Bins {
			for f := range m.Frames {
				w := float32(0)
				if f < second.Frames {
					w = want[b*second.Frames+f]
				}
				if got[b*m.Frames+f] != w {
					t.Fatalf("%d frames: bin %d, frame %d is %g, want %g", m.Frames, b, f, got[b*m.Frames+f], w)
				}
			}
		}
	}
}

func TestMakeOfSilence(t *testing.T) {
	m := New(8000, 1)
	dst := make([]float32, m.Size())
	for _, n := range []int{0, 1, 79, 80, 8000, 9000} {
		dst[0] = 7
		m.Make(dst, make([]float32, n))
		for i, v := range dst {
			if v != 0 {
				t.Fatalf("%d samples of silence: value %d is %g", n, i, v)
			}
		}
	}
}

func TestMakeDoesNotAllocate(t *testing.T) {
	m := New(16000, 1)
	dst, x := make([]float32, m.Size()), sound(16000, 16000)
	if n := testing.AllocsPerRun(5, func() { m.Make(dst, x) }); n > 0 {
		t.Errorf("%.0f allocations", n)
	}
}

func BenchmarkMake(b *testing.B) {
	m := New(16000, 1)
	dst, x := make([]float32, m.Size()), sound(16000, 16000)
	for b.Loop() {
		m.Make(dst, x)
	}
}
