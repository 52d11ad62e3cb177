package augment

import (
	"math"
	"slices"
	"strings"
	"testing"
)

func applySound(t testing.TB, spec string, samples []float32, sample int) []float32 {
	t.Helper()
	p, err := ParseSound(spec)
	if err != nil {
		t.Fatal(err)
	}
	if p.String() != spec {
		t.Errorf("ParseSound(%q) is %q", spec, p)
	}
	s := Sound{Rate: 10, Samples: slices.Clone(samples)}
	p.Apply(&s, p.Streams(1, ""), 0, sample)
	return s.Samples
}

func TestShift(t *testing.T) {
	x := []float32{1, 2, 3, 4, 5}
	counts := make(map[int]int)
	for sample := range 1400 {
		got := applySound(t, "shift:0.3", x, sample)
		found := false
		for by := -3; by <= 3; by++ {
			want := make([]float32, 5)
			for i := range want {
				if j := i - by; j >= 0 && j < 5 {
					want[i] = x[j]
				}
			}
			if slices.Equal(got, want) {
				counts[by]++
				found = true
			}
		}
		if !found {
			t.Fatalf("sample %d: %v is not the sound moved by up to 3 samples", sample, got)
		}
	}
	for by, n := range counts {
		if n < 120 || n > 280 {
			t.Errorf("moved by %d %d times, want about 200", by, n)
		}
	}
	if len(counts) != 7 {
		t.Errorf("%d of 7 places", len(counts))
	}
	for sample := range 50 {
		applySound(t, "shift:1", x[:2], sample)
		applySound(t, "shift:1", nil, sample)
	}
}

func TestVolume(t *testing.T) {
	low, high := math.Inf(1), math.Inf(-1)
	for sample := range 500 {
		got := applySound(t, "volume:6", []float32{0.5, -0.25}, sample)
		if got[1] != -got[0]/2 {
			t.Fatalf("sample %d: %v", sample, got)
		}
		d := 20 * math.Log10(float64(got[0])/0.5)
		low, high = min(low, d), max(high, d)
	}
	if low < -6.001 || low > -5.8 || high > 6.001 || high < 5.8 {
		t.Errorf("500 gains from %.3f to %.3f dB, want nearly -6 to 6", low, high)
	}
}

func TestParseSoundErrors(t *testing.T) {
	for spec, want := range map[string]string{
		"echo:1": "unknown", "shift": "is not a number in [0, 1]", "shift:2": "is not a number in [0, 1]",
		"volume:NaN": "is not a number", "volume:-1": "is not a number", "shift:0.1,": "unknown",
	} {
		if _, err := ParseSound(spec); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("ParseSound(%q): %v, want %q", spec, err, want)
		}
	}
}
