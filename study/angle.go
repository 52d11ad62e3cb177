package study

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// angle is the distribution of an angle in [-pi/2, pi/2] with a density
// proportional to cos^(n-2): that of a random direction of n dimensions with a
// plane through the origin. It is a table of the lower half, with a cubic of the
// right slopes between its points, since it is asked for millions of times.
type angle struct{ values, slopes []float64 }

const anglePoints = 1024

// newAngle returns the distribution for n dimensions, 3 or more. The tangent
// times sqrt(n-1) has Student's distribution with n-1 degrees of freedom.
func newAngle(n int) angle {
	a := angle{make([]float64, anglePoints+1), make([]float64, anglePoints+1)}
	scale := math.Sqrt(float64(n - 1))
	student := distuv.StudentsT{Mu: 0, Sigma: 1, Nu: float64(n - 1)}
	const width = math.Pi / 2 / anglePoints
	for i := range a.values {
		sin, cos := math.Sincos(float64(i) * width)
		t := scale * sin / cos
		a.values[i] = student.CDF(-t)
		a.slopes[i] = -student.Prob(t) * scale / (cos * cos) * width
	}
	a.values[0], a.values[anglePoints], a.slopes[anglePoints] = 0.5, 0, 0
	return a
}

// below returns the probability of an angle below x.
func (a angle) below(x float64) float64 {
	if x > 0 {
		return 1 - a.below(-x)
	}
	at := -x / (math.Pi / 2) * anglePoints
	i := int(at)
	if i >= anglePoints {
		return 0
	}
	u := at - float64(i)
	v := 1 - u
	return v*v*(1+2*u)*a.values[i] + u*v*v*a.slopes[i] + u*u*(1+2*v)*a.values[i+1] - u*u*v*a.slopes[i+1]
}
