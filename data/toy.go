package data

import (
	"context"
	"math"

	"github.com/vicinal-ml/vicinal/mix"
)

// Sizes of the parts of a toy set. Coordinates are not normalised.
const toyTrain, toyValidation, toyTest = 1000, 1000, 2000

// toy describes a generated set. point writes sample i of its stream's draws
// and returns its target: the class, or the value of a regression.
type toy struct {
	title    string
	features []string
	classes  []string // nil for regression
	citation string
	noise    float64 // default deviation of the normal noise on coordinates
	point    func(x []float64, class int, rand *mix.Rand) (target float64)
}

// openMoons generates two half circles of radius 1, the second turned around
// and moved by (1, 0.5), with normal noise, as scikit-learn's make_moons does.
func openMoons(_ context.Context, r request) (*parts, error) {
	return generate(r, toy{
		title:    "Two interleaved half circles",
		features: []string{"x", "y"},
		classes:  []string{"upper", "lower"},
		noise:    0.2,
		point: func(x []float64, class int, rand *mix.Rand) float64 {
			sin, cos := math.Sincos(math.Pi * rand.Float64())
			x[0], x[1] = cos, sin
			if class == 1 {
				x[0], x[1] = 1-cos, 0.5-sin
			}
			return float64(class)
		},
	})
}

// openSpiral generates two Archimedean spirals of one and a half turns, each
// the other turned by half a turn: radius t in [0.1, 1] at angle 3 pi t.
func openSpiral(_ context.Context, r request) (*parts, error) {
	return generate(r, toy{
		title:    "Two interleaved spirals",
		features: []string{"x", "y"},
		classes:  []string{"first", "second"},
		noise:    0.03,
		point: func(x []float64, class int, rand *mix.Rand) float64 {
			// The square root spreads the points evenly along the arm.
			t := math.Sqrt(0.01 + 0.99*rand.Float64())
			sin, cos := math.Sincos(3*math.Pi*t + math.Pi*float64(class))
			x[0], x[1] = t*cos, t*sin
			return float64(class)
		},
	})
}

// openBlobs generates three normal clusters with means on the circle of radius
// 2 and the noise as deviation.
func openBlobs(_ context.Context, r request) (*parts, error) {
	return generate(r, toy{
		title:    "Three normal clusters",
		features: []string{"x", "y"},
		classes:  []string{"0", "1", "2"},
		noise:    1,
		point: func(x []float64, class int, rand *mix.Rand) float64 {
			sin, cos := math.Sincos(2 * math.Pi * float64(class) / 3)
			x[0], x[1] = 2*cos, 2*sin
			return float64(class)
		},
	})
}

// openSwissRoll generates (t cos t, h, t sin t) with t in [1.5, 4.5] pi and h
// in [0, 21]; the target is t (Marsland, Machine Learning, 2009, section
// 10.5, as in scikit-learn's make_swiss_roll).
func openSwissRoll(_ context.Context, r request) (*parts, error) {
	return generate(r, toy{
		title:    "A rolled-up surface in space; the target is the place along it",
		features: []string{"x", "y", "z"},
		citation: "S. Marsland. Machine Learning: An Algorithmic Perspective. 2009",
		noise:    0.1,
		point: func(x []float64, _ int, rand *mix.Rand) float64 {
			t := 1.5 * math.Pi * (1 + 2*rand.Float64())
			sin, cos := math.Sincos(t)
			x[0], x[1], x[2] = t*cos, 21*rand.Float64(), t*sin
			return t
		},
	})
}

func generate(r request, t toy) (*parts, error) {
	noise, err := r.params.number(&r, "noise", t.noise, 0, 100)
	if err != nil {
		return nil, err
	}
	n := identity(len(t.features))
	part := func(name string, length int) *rows {
		s := &rows{size: len(t.features), x: make([]float64, length*len(t.features)), norm: n}
		stream := mix.NewStream(SplitSeed, r.name+"-"+name)
		for i := range length {
			rand := stream.AtSample(0, 0, uint64(i))
			x := s.x[i*s.size : (i+1)*s.size]
			target := t.point(x, i%max(len(t.classes), 1), &rand)
			for j := range x {
				x[j] += noise * rand.NormFloat64()
			}
			if t.classes == nil {
				s.targets = append(s.targets, float32(target))
			} else {
				s.labels = append(s.labels, int32(target))
			}
		}
		return s
	}
	info := Info{
		Name:     r.name,
		Title:    t.title,
		Classes:  t.classes,
		Features: t.features,
		Shape:    []int{len(t.features)},
		Mean:     toFloat32(n.mean),
		Std:      toFloat32(n.std),
		Source:   "generated",
		Licence:  "none needed",
		Citation: t.citation,
	}
	if t.classes == nil {
		info.Task = Regression
	}
	return &parts{
		info:       info,
		train:      part("train", toyTrain),
		validation: part("validation", toyValidation),
		test:       part("test", toyTest),
		norm:       n,
	}, nil
}
