package data

import "math"

// norm normalises: one mean and deviation for each index of the last
// dimension of a sample. The splits of a set share one.
type norm struct{ mean, std []float64 }

func (n *norm) set(mean, std []float64) { n.mean, n.std = mean, std }

// identity leaves c channels as they are.
func identity(c int) *norm {
	n := &norm{mean: make([]float64, c), std: make([]float64, c)}
	for i := range n.std {
		n.std[i] = 1
	}
	return n
}

// moments accumulates the mean and the population deviation of channels by
// Welford's method, leaving out NaN, which stands for a missing value.
type moments struct{ n, mean, m2 []float64 }

func newMoments(channels int) *moments {
	return &moments{make([]float64, channels), make([]float64, channels), make([]float64, channels)}
}

func (m *moments) add(c int, x float64) {
	if math.IsNaN(x) {
		return
	}
	m.n[c]++
	d := x - m.mean[c]
	m.mean[c] += d / m.n[c]
	m.m2[c] += d * (x - m.mean[c])
}

// std returns the deviations; a constant channel has 1, so that it
// normalises to 0.
func (m *moments) std() []float64 {
	s := make([]float64, len(m.n))
	for c := range s {
		s[c] = 1
		if v := m.m2[c] / m.n[c]; v > 0 {
			s[c] = math.Sqrt(v)
		}
	}
	return s
}

func toFloat32(x []float64) []float32 {
	y := make([]float32, len(x))
	for i, v := range x {
		y[i] = float32(v)
	}
	return y
}

func toFloat64(x []float32) []float64 {
	y := make([]float64, len(x))
	for i, v := range x {
		y[i] = float64(v)
	}
	return y
}

// countedMoments returns the mean and deviation of each channel, scaled to
// [0, 1], from the counts of its 256 values.
func countedMoments(counts [][256]int64) (mean, std []float64) {
	mean, std = make([]float64, len(counts)), make([]float64, len(counts))
	for c := range counts {
		var n, sum, squares float64
		for v, k := range counts[c] {
			n += float64(k)
			sum += float64(k) * float64(v)
			squares += float64(k) * float64(v) * float64(v)
		}
		std[c] = 1
		if n == 0 {
			continue
		}
		m := sum / n
		mean[c] = m / 255
		if v := squares/n - m*m; v > 0 {
			std[c] = math.Sqrt(v) / 255
		}
	}
	return mean, std
}
