// Package spectrogram turns sounds into normalised log-spectrograms, as in
// Zhang et al., 2018, section 3.3.
package spectrogram

import (
	"math"

	"gonum.org/v1/gonum/dsp/fourier"
)

// Maker makes spectrograms of Bins frequencies by Frames moments. It must not
// be used by two goroutines at once.
type Maker struct {
	Bins, Frames int
	hop          int
	window       []float64
	fft          *fourier.FFT
	part         []float64
	coefficients []complex128
}

// Shape returns the bins and frames of sounds of so many seconds: rate/100, and
// one more than there are hundredths of a second.
func Shape(rate int, seconds float64) (bins, frames int) {
	return rate / 50 / 2, int(math.Round(100*seconds)) + 1
}

// New returns the maker for sounds of so many seconds at rate samples a second:
// windows of 20 ms (periodic Hamming), one every 10 ms, centred on it, with
// zeros around the sound. The highest frequency is left out, so that there are
// rate/100 bins: for a second at 16 kHz, 160 by 101.
func New(rate int, seconds float64) *Maker {
	n := rate / 50
	bins, frames := Shape(rate, seconds)
	m := &Maker{
		Bins:         bins,
		Frames:       frames,
		hop:          n / 2,
		window:       make([]float64, n),
		fft:          fourier.NewFFT(n),
		part:         make([]float64, n),
		coefficients: make([]complex128, n/2+1),
	}
	for i := range m.window {
		m.window[i] = 0.54 - 0.46*math.Cos(2*math.Pi*float64(i)/float64(n))
	}
	return m
}

// Size returns the number of values of a spectrogram.
func (m *Maker) Size() int { return m.Bins * m.Frames }

// Make writes log(1 + |STFT|), bins by frames, minus its mean and divided by
// its deviation, both over the frames that the sound has. What is longer than the frames
// is cut off; frames after the end are 0, which is the mean.
func (m *Maker) Make(dst []float32, sound []float32) {
	frames := min(m.Frames, len(sound)/m.hop+1)
	clear(dst)
	var sum, squares float64
	for f := range frames {
		m.frame(sound, f*m.hop-len(m.window)/2)
		for b := range m.Bins {
			re, im := real(m.coefficients[b]), imag(m.coefficients[b])
			v := math.Log1p(math.Sqrt(re*re + im*im))
			dst[b*m.Frames+f] = float32(v)
			sum += v
			squares += v * v
		}
	}
	n := float64(m.Bins * frames)
	mean := sum / n
	deviation := math.Sqrt(max(0, squares/n-mean*mean))
	scale := 1.
	// Silence stays 0 rather than becoming rounding errors made large.
	if deviation > 1e-9 {
		scale = 1 / deviation
	}
	for b := range m.Bins {
		row := dst[b*m.Frames:][:frames]
		for f, v := range row {
			row[f] = float32((float64(v) - mean) * scale)
		}
	}
}

// frame computes the coefficients of the window that starts at sample at.
func (m *Maker) frame(sound []float32, at int) {
	for i, w := range m.window {
		m.part[i] = 0
		if j := at + i; j >= 0 && j < len(sound) {
			m.part[i] = w * float64(sound[j])
		}
	}
	m.fft.Coefficients(m.coefficients, m.part)
}
