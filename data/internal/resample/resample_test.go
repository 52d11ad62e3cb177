package resample

import (
	"encoding/csv"
	"math"
	"os"
	"slices"
	"strconv"
	"testing"

	"pgregory.net/rapid"
)

// sound makes what testdata/make.py makes.
func sound(n int) []float32 {
	x := make([]float32, n)
	for i := range x {
		x[i] = float32(0.6 * math.Sin(0.11*float64(i)) * math.Cos(0.7*float64(i)))
	}
	x[n/3] = 0.9
	return x
}

func mustNew(t interface{ Fatal(...any) }, from, to int) *Filter {
	f, err := New(from, to)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestApplyIsSciPys(t *testing.T) {
	file, err := os.Open("testdata/resampled.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	r := csv.NewReader(file)
	r.FieldsPerRecord = -1
	lines, err := r.ReadAll()
	if err != nil || len(lines) < 10 {
		t.Fatal(len(lines), err)
	}
	for _, line := range lines {
		var v []float64
		for _, s := range line {
			x, err := strconv.ParseFloat(s, 64)
			if err != nil {
				t.Fatal(err)
			}
			v = append(v, x)
		}
		from, to, n, want := int(v[0]), int(v[1]), int(v[2]), v[3:]
		f := mustNew(t, from, to)
		got := f.Apply(nil, sound(n), math.MaxInt)
		if len(got) != len(want) || f.Len(n) != len(want) {
			t.Errorf("%d to %d: %d samples of %d, want %d", from, to, len(got), n, len(want))
			continue
		}
		for i, w := range want {
			if math.Abs(float64(got[i])-w) > 1e-6 {
				t.Errorf("%d to %d: sample %d of %d is %g, want %g", from, to, i, n, got[i], w)
				break
			}
		}
	}
}

// A tone below half of both rates is the same tone at the other rate, away from the ends.
func TestTone(t *testing.T) {
	tone := func(rate int, hertz float64) []float32 {
		x := make([]float32, rate/4)
		for i := range x {
			x[i] = float32(math.Sin(2 * math.Pi * hertz * float64(i) / float64(rate)))
		}
		return x
	}
	rates := []int{8000, 11025, 16000, 22050, 44100, 48000, 96000}
	for _, from := range rates {
		for _, to := range rates {
			f := mustNew(t, from, to)
			for _, share := range []float64{0.02, 0.3, 0.8} {
				hertz := share * float64(min(from, to)) / 2
				got, want := f.Apply(nil, tone(from, hertz), math.MaxInt), tone(to, hertz)
				edge := 2 * reach * to / min(from, to)
				for i := edge; i < len(want)-edge; i++ {
					if math.Abs(float64(got[i]-want[i])) > 6e-3 {
						t.Errorf("%.0f Hz from %d to %d: sample %d is %g, want %g", hertz, from, to, i, got[i], want[i])
						break
					}
				}
			}
		}
	}
	// A tone above half of the lower rate is gone.
	high := mustNew(t, 48000, 8000).Apply(nil, tone(48000, 7000), math.MaxInt)
	for i, v := range high[2*reach : len(high)-2*reach] {
		if math.Abs(float64(v)) > 2e-3 {
			t.Fatalf("7000 Hz at 8000 samples a second: sample %d is %g", i, v)
		}
	}
}

func TestProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := mustNew(t, rapid.IntRange(1, 300).Draw(t, "from"), rapid.IntRange(1, 300).Draw(t, "to"))
		samples := rapid.SliceOfN(rapid.Float32Range(-1, 1), 0, 200)
		x := samples.Draw(t, "x")
		all := f.Apply(nil, x, math.MaxInt)
		if len(all) != f.Len(len(x)) {
			t.Fatalf("%d samples, want %d", len(all), f.Len(len(x)))
		}

		// The first samples come of the first ones alone.
		n := rapid.IntRange(0, len(all)).Draw(t, "n")
		if few := f.Apply(nil, x[:min(f.Need(n), len(x))], n); !slices.Equal(few, all[:n]) {
			t.Fatalf("the first %d of %d samples need more than %d", n, len(all), f.Need(n))
		}

		// It is linear.
		y := make([]float32, len(x))
		sum := make([]float32, len(x))
		for i := range y {
			y[i] = rapid.Float32Range(-1, 1).Draw(t, "y")
			sum[i] = x[i] - 2*y[i]
		}
		ys, sums := f.Apply(nil, y, math.MaxInt), f.Apply(nil, sum, math.MaxInt)
		for i := range sums {
			if want := float64(all[i]) - 2*float64(ys[i]); math.Abs(float64(sums[i])-want) > 1e-5 {
				t.Fatalf("sample %d of a sum is %g, want %g", i, sums[i], want)
			}
		}

		// A sound that begins later by whole periods of the factor comes out later by as many.
		late := f.Apply(nil, append(make([]float32, 2*f.down), x...), math.MaxInt)
		for i, v := range all {
			if math.Abs(float64(late[i+2*f.up]-v)) > 1e-6 {
				t.Fatalf("sample %d is %g, %g in a sound that begins later", i, v, late[i+2*f.up])
			}
		}
	})
}

func TestErrors(t *testing.T) {
	for _, rates := range [][2]int{{0, 8000}, {8000, 0}, {MaxFactor + 1, 16000}, {16000, MaxFactor + 1}} {
		if _, err := New(rates[0], rates[1]); err == nil {
			t.Errorf("%v gives no error", rates)
		}
	}
}

func TestApplyDoesNotAllocate(t *testing.T) {
	f, x := mustNew(t, 44100, 16000), sound(44100)
	dst := make([]float32, 0, 16000)
	if n := testing.AllocsPerRun(3, func() { f.Apply(dst, x, 16000) }); n > 0 {
		t.Errorf("%.0f allocations", n)
	}
}

func BenchmarkApply(b *testing.B) {
	f, x := mustNew(b, 44100, 16000), sound(44100)
	dst := make([]float32, 0, 16000)
	for b.Loop() {
		f.Apply(dst, x, 16000)
	}
}
