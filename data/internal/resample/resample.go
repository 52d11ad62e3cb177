// Package resample changes the number of samples a second of a sound.
package resample

import (
	"fmt"
	"math"
)

// Filter resamples by a rational factor. It may be used by several goroutines
// at once.
type Filter struct {
	up, down int // the factor in lowest terms
	half     int // of the filter's taps, around the one in its middle
	width    int // taps of a phase
	phases   []float32
}

// MaxFactor bounds both parts of the factor in lowest terms, and with them the
// memory of a filter, 4 bytes times 20 of them.
const MaxFactor = 1 << 17

// beta and reach are the window's form and its half width in samples of the
// lower rate: those of scipy.signal.resample_poly.
const (
	beta  = 5.0
	reach = 10
)

// New returns the filter from one number of samples a second to another: a
// sinc that cuts off at half of the lower one, in a Kaiser window, as
// scipy.signal.resample_poly has it. The delay is none; around a sound there is
// silence.
func New(from, to int) (*Filter, error) {
	if from < 1 || to < 1 {
		return nil, fmt.Errorf("from %d to %d samples a second", from, to)
	}
	g := gcd(from, to)
	f := &Filter{up: to / g, down: from / g}
	longer := max(f.up, f.down)
	if longer > MaxFactor {
		return nil, fmt.Errorf("from %d to %d samples a second, a factor of %d/%d: parts above %d are not resampled", from, to, f.up, f.down, MaxFactor)
	}
	if longer == 1 {
		return f, nil
	}
	f.half = reach * longer
	f.width = (2*f.half)/f.up + 1
	taps := lowpass(f.half, 1/float64(longer))
	f.phases = make([]float32, f.up*f.width)
	for i, v := range taps {
		// The taps of a phase in the order of the samples they weigh.
		f.phases[i%f.up*f.width+f.width-1-i/f.up] = float32(v * float64(f.up))
	}
	return f, nil
}

// Len returns the number of samples that n become.
func (f *Filter) Len(n int) int {
	return int((int64(n)*int64(f.up) + int64(f.down) - 1) / int64(f.down))
}

// Need returns how many samples decide the first n that come of them.
func (f *Filter) Need(n int) int {
	if n < 1 {
		return 0
	}
	return int((int64(n-1)*int64(f.down)+int64(f.half))/int64(f.up)) + 1
}

// Apply appends to dst the first n samples that come of x, or all where they
// are fewer.
func (f *Filter) Apply(dst, x []float32, n int) []float32 {
	n = min(n, f.Len(len(x)))
	if f.phases == nil {
		return append(dst, x[:n]...)
	}
	for k := range int64(n) {
		at := k*int64(f.down) + int64(f.half)
		phase, last := int(at%int64(f.up)), int(at/int64(f.up))
		taps := f.phases[phase*f.width:][:f.width]
		first := last - f.width + 1
		// What is before and after the sound is 0.
		taps, first = taps[max(0, -first):], max(0, first)
		taps = taps[:max(0, len(taps)-max(0, last-len(x)+1))]
		dst = append(dst, dot(taps, x[first:][:len(taps)]))
	}
	return dst
}

// dot is the sum of the products. Four sums at once do not wait for each
// other.
func dot(a, b []float32) float32 {
	var sums [4]float32
	for len(a) >= 4 && len(b) >= 4 {
		sums[0] += a[0] * b[0]
		sums[1] += a[1] * b[1]
		sums[2] += a[2] * b[2]
		sums[3] += a[3] * b[3]
		a, b = a[4:], b[4:]
	}
	for i, v := range a {
		sums[i] += v * b[i]
	}
	return (sums[0] + sums[1]) + (sums[2] + sums[3])
}

// lowpass returns the 2*half+1 taps of a windowed sinc that passes what is
// below cutoff, a share of half of the rate. Their sum is 1.
func lowpass(half int, cutoff float64) []float64 {
	taps := make([]float64, 2*half+1)
	sum := 0.
	for i := range taps {
		d := float64(i - half)
		u := d / float64(half)
		v := bessel0(beta * math.Sqrt(1-u*u))
		if x := math.Pi * cutoff * d; x != 0 {
			v *= math.Sin(x) / x
		}
		taps[i] = v
		sum += v
	}
	for i := range taps {
		taps[i] /= sum
	}
	return taps
}

// bessel0 is the modified Bessel function of the first kind and order 0, by
// its power series, for |x| of at most some tens.
func bessel0(x float64) float64 {
	sum, term := 1., 1.
	for k := 1.; term > sum*1e-17; k++ {
		term *= (x / (2 * k)) * (x / (2 * k))
		sum += term
	}
	return sum
}

func gcd(a, b int) int {
	for b > 0 {
		a, b = b, a%b
	}
	return a
}
