package study

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"os"
	"testing"
)

func TestCompareSplitsAgainstSciPy(t *testing.T) {
	text, err := os.ReadFile("testdata/splits.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases []struct {
		Base, Other    []float64
		Training, Test int
		T, P           float64
		Low, High      float64
	}
	if err := json.Unmarshal(text, &cases); err != nil {
		t.Fatal(err)
	}
	if len(cases) == 0 {
		t.Fatal("testdata/splits.json holds no cases")
	}
	for _, c := range cases {
		got, err := CompareSplits(c.Base, c.Other, c.Training, c.Test)
		if err != nil {
			t.Fatal(err)
		}
		if a := got.Test; !near(a.T, c.T, 1e-9) || !near(a.P, c.P, 1e-9) || !near(a.Low, c.Low, 1e-9) || !near(a.High, c.High, 1e-9) || a.Exact != nil {
			t.Errorf("%d splits of %d and %d: %+v, SciPy says %+v", len(c.Base), c.Training, c.Test, *a, c)
		}
	}
}

func TestCompareSplitsRefuses(t *testing.T) {
	for _, c := range [][2]int{{0, 5}, {5, 0}, {-1, 5}} {
		if _, err := CompareSplits([]float64{1, 2}, []float64{2, 4}, c[0], c[1]); err == nil {
			t.Errorf("%d training and %d test samples are compared", c[0], c[1])
		}
	}
	if d, err := CompareSplits([]float64{1, 2}, []float64{2, 3}, 4, 2); err != nil || d.Test != nil || d.Why == "" {
		t.Errorf("equal differences: %+v, %v", d, err)
	}
}

// TestCompareSplitsFindsNothing compares two learners that are equally good on
// average, least squares on the one of two inputs and on the other, over ten
// splits of 60 samples: about 5 % of the corrected tests find a difference, and
// far more of the plain ones.
func TestCompareSplitsFindsNothing(t *testing.T) {
	const studies, splits, samples, test = 2000, 10, 60, 20
	random := rand.New(rand.NewPCG(4, 4))
	corrected, plain := 0, 0
	var x, z, y [samples]float64
	for range studies {
		for i := range y {
			x[i], z[i] = random.NormFloat64(), random.NormFloat64()
			y[i] = x[i] + z[i] + random.NormFloat64()
		}
		var base, other []float64
		for range splits {
			order := random.Perm(samples)
			base = append(base, leastSquares(x[:], y[:], order[test:], order[:test]))
			other = append(other, leastSquares(z[:], y[:], order[test:], order[:test]))
		}
		d, err := CompareSplits(base, other, samples-test, test)
		if err != nil {
			t.Fatal(err)
		}
		if d.Test.P < 0.05 {
			corrected++
		}
		if d, err = compareByStudent(base, other); err != nil {
			t.Fatal(err)
		}
		if d.Test.P < 0.05 {
			plain++
		}
	}
	t.Logf("a difference that is not there: %.3f corrected, %.3f plain", float64(corrected)/studies, float64(plain)/studies)
	if share := float64(corrected) / studies; share > 0.08 || share < 0.02 {
		t.Errorf("%v of the corrected tests found a difference that is not there", share)
	}
	if share := float64(plain) / studies; share < 0.25 {
		t.Errorf("%v of the plain tests found a difference that is not there: the simulation shows nothing", share)
	}
}

// leastSquares returns the mean squared error on the test part of the line
// through the origin that fits the training part.
func leastSquares(x, y []float64, training, test []int) float64 {
	xy, xx := 0.0, 0.0
	for _, i := range training {
		xy, xx = xy+x[i]*y[i], xx+x[i]*x[i]
	}
	sum := 0.0
	for _, i := range test {
		sum += math.Pow(y[i]-xy/xx*x[i], 2)
	}
	return sum / float64(len(test))
}
