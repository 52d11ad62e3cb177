package data

import (
	"context"
	"fmt"
	"math"
)

// rows is a Split of real vectors in memory. NaN is a missing value.
type rows struct {
	size    int
	x       []float64
	labels  []int32
	targets []float32 // of one row after another
	asIs    []bool    // columns that are not normalised; nil is none
	norm    *norm
}

func (r *rows) Len() int           { return len(r.x) / max(r.size, 1) }
func (r *rows) Size() int          { return r.size }
func (r *rows) Labels() []int32    { return r.labels }
func (r *rows) Targets() []float32 { return r.targets }

func (r *rows) Read(ctx context.Context, i int, dst []float32) error {
	if err := checkRead(ctx, r, i, len(dst)); err != nil {
		return err
	}
	mean, std := r.norm.mean, r.norm.std
	for j, x := range r.x[i*r.size : (i+1)*r.size] {
		if math.IsNaN(x) {
			dst[j] = 0
			continue
		}
		dst[j] = float32((x - mean[j]) / std[j])
	}
	return nil
}

// overflow returns the first sample and column whose normalised value is not
// finite, or -1.
func (r *rows) overflow() (sample, column int) {
	for at, x := range r.x {
		j := at % r.size
		if v := float32((x - r.norm.mean[j]) / r.norm.std[j]); math.IsInf(float64(v), 0) {
			return at / r.size, j
		}
	}
	return -1, -1
}

// fit returns the mean and deviation of each column over the samples.
func (r *rows) fit(index []int32) (mean, std []float64) {
	m := newMoments(r.size)
	for _, i := range index {
		for j, x := range r.x[int(i)*r.size : (int(i)+1)*r.size] {
			m.add(j, x)
		}
	}
	mean, std = m.mean, m.std()
	for j, plain := range r.asIs {
		if plain {
			mean[j], std[j] = 0, 1
		}
	}
	return mean, std
}

// fitTargets returns the mean and deviation of each target of s over the
// samples.
func fitTargets(s Split, index []int32) (mean, std []float64) {
	targets, each := targetsOf(s)
	m := newMoments(each)
	for _, i := range index {
		for j, y := range targets[int(i)*each:][:each] {
			m.add(j, float64(y))
		}
	}
	return m.mean, m.std()
}

// checkRead is what every Read checks first.
func checkRead(ctx context.Context, s Split, i, length int) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if i < 0 || i >= s.Len() {
		return fmt.Errorf("reading sample %d: the split has %d samples", i, s.Len())
	}
	if size := sizeOf(s); length != size {
		return fmt.Errorf("reading sample %d: the destination holds %d values, a sample has %d", i, length, size)
	}
	return nil
}
