package data

import (
	"context"
	"fmt"
	"math"

	"github.com/vicinal-ml/vicinal/stream"
)

// Sizes of the parts of a toy set. Coordinates are not normalised.
const toyTrain, toyValidation, toyTest = 1000, 1000, 2000

// toy generates a set. point writes sample i of its stream's draws
// and returns its target: the class, or the value of a regression.
type toy struct {
	noise float64 // default deviation of the normal noise on coordinates
	point func(x []float64, class int, rand *stream.Rand) (target float64)
}

func (t toy) reader(name, title string, features, classes []string) reader {
	info := Info{
		Name:     name,
		Title:    title,
		Classes:  classes,
		Features: features,
		Shape:    []int{len(features)},
		Mean:     make([]float32, len(features)),
		Std:      toFloat32(identity(len(features)).std),
		Parts:    fmt.Sprintf("generated: %d for training, %d for validation, %d for testing", toyTrain, toyValidation, toyTest),
		Source:   "generated",
		Licence:  "none needed",
	}
	if classes == nil { // the only one is a regression on the place along a surface
		info.Task, info.Targets = Regression, []string{"place"}
	}
	return reader{info: info, params: []Param{{"noise", "DEVIATION", fmt.Sprintf("of the normal noise on the coordinates; %g by default", t.noise)}}, open: t.open}
}

// moons are two half circles of radius 1, the second turned around and moved
// by (1, 0.5), with normal noise, as scikit-learn's make_moons.
func moons() reader {
	return toy{0.2, func(x []float64, class int, rand *stream.Rand) float64 {
		sin, cos := math.Sincos(math.Pi * rand.Float64())
		x[0], x[1] = cos, sin
		if class == 1 {
			x[0], x[1] = 1-cos, 0.5-sin
		}
		return float64(class)
	}}.reader("toy:moons", "Two interleaved half circles in the plane, generated",
		[]string{"x", "y"}, []string{"upper", "lower"})
}

// spiral is two Archimedean spirals, each the other turned by half a turn:
// radius t in [0.1, 1] at angle 3 pi t.
func spiral() reader {
	return toy{0.03, func(x []float64, class int, rand *stream.Rand) float64 {
		// The square root spreads the points evenly along the arm.
		t := math.Sqrt(0.01 + 0.99*rand.Float64())
		sin, cos := math.Sincos(3*math.Pi*t + math.Pi*float64(class))
		x[0], x[1] = t*cos, t*sin
		return float64(class)
	}}.reader("toy:spiral", "Two interleaved spirals in the plane, generated",
		[]string{"x", "y"}, []string{"first", "second"})
}

// blobs are three normal clusters with means on the circle of radius 2 and the
// noise as deviation.
func blobs() reader {
	return toy{1, func(x []float64, class int, rand *stream.Rand) float64 {
		sin, cos := math.Sincos(2 * math.Pi * float64(class) / 3)
		x[0], x[1] = 2*cos, 2*sin
		return float64(class)
	}}.reader("toy:blobs", "Three overlapping normal clusters in the plane, generated",
		[]string{"x", "y"}, numbers(3))
}

// swissRoll is (t cos t, h, t sin t) with t in [1.5, 4.5] pi and h in [0, 21];
// the target is t (Marsland, Machine Learning, 2009, section 10.5, as in
// scikit-learn's make_swiss_roll).
func swissRoll() reader {
	return toy{0.1, func(x []float64, _ int, rand *stream.Rand) float64 {
		t := 1.5 * math.Pi * (1 + 2*rand.Float64())
		sin, cos := math.Sincos(t)
		x[0], x[1], x[2] = t*cos, 21*rand.Float64(), t*sin
		return t
	}}.reader("toy:swissroll", "A rolled-up surface in space, regression on the place along it, generated",
		[]string{"x", "y", "z"}, nil)
}

func (t toy) open(_ context.Context, r request) (*parts, error) {
	noise, err := r.params.number(&r, "noise", t.noise, 0, 100)
	if err != nil {
		return nil, err
	}
	size, classes := r.info.Size(), len(r.info.Classes)
	n := identity(size)
	part := func(name string, length int) *rows {
		s := &rows{size: size, x: make([]float64, length*size), norm: n}
		points := stream.New(SplitSeed, r.name+"-"+name)
		for i := range length {
			rand := points.AtSample(0, 0, uint64(i))
			x := s.x[i*size : (i+1)*size]
			target := t.point(x, i%max(classes, 1), &rand)
			for j := range x {
				x[j] += noise * rand.NormFloat64()
			}
			if classes == 0 {
				s.targets = append(s.targets, float32(target))
			} else {
				s.labels = append(s.labels, int32(target))
			}
		}
		return s
	}
	return &parts{
		info:       r.info,
		train:      part("train", toyTrain),
		validation: part("validation", toyValidation),
		test:       part("test", toyTest),
		norm:       n,
	}, nil
}
