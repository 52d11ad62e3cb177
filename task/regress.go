package task

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/gomlx/core/graph"

	"github.com/vicinal-ml/vicinal/measure"
	"github.com/vicinal-ml/vicinal/zoo"
)

// regress learns T real targets. The network computes them standardised, with
// the mean m and the deviation s of the training part; what is measured is in
// the targets' own units. The loss of an error e = output - (target - m)/s is
// its square, or with huber = d that of Huber (1964),
//
//	e^2 / 2          where |e| <= d
//	d (|e| - d/2)    elsewhere,
//
// the mean over targets and samples.
type regress struct {
	targets   []string
	mean, std []float64
	huber     float64 // deviations; 0 for the square
}

func (r *regress) String() string {
	if r.huber == 0 {
		return Regress
	}
	return Regress + ":huber=" + strconv.FormatFloat(r.huber, 'g', -1, 64)
}

func (r *regress) Outputs() (zoo.Output, int) { return zoo.ClassLogits, len(r.targets) }
func (r *regress) Primary() string            { return "rmse" }

func (r *regress) Rows(values *graph.Node, dtype dtypes.DType) *graph.Node {
	return graph.Div(graph.Sub(graph.ConvertDType(values, dtype), r.row(values, dtype, r.mean)), r.row(values, dtype, r.std))
}

// row is a constant [1 T].
func (r *regress) row(at *graph.Node, dtype dtypes.DType, values []float64) *graph.Node {
	return graph.Reshape(graph.ConstAsDType(at.Graph(), dtype, values), 1, len(values))
}

func (r *regress) Loss(outputs, rows *graph.Node) *graph.Node {
	return graph.ReduceAllMean(r.losses(outputs, rows))
}

func (r *regress) Accuracy(_, _ *graph.Node) *graph.Node { return nil }

// losses are those of each output.
func (r *regress) losses(outputs, rows *graph.Node) *graph.Node {
	e := graph.Sub(outputs, rows)
	if r.huber == 0 {
		return graph.Square(e)
	}
	size := graph.Abs(e)
	return graph.Where(graph.LessOrEqual(size, graph.Scalar(e.Graph(), e.DType(), r.huber)),
		graph.MulScalar(graph.Square(e), 0.5), graph.MulScalar(graph.AddScalar(size, -r.huber/2), r.huber))
}

func (r *regress) Columns() []string {
	names := words(r.targets)
	return slices.Concat([]string{"loss"}, each("predicted", names), each("target", names))
}

func (r *regress) Judge(outputs, values *graph.Node) *graph.Node {
	return columns(graph.ReduceMean(r.losses(outputs, r.Rows(values, outputs.DType())), -1), r.Predict(outputs), graph.ConvertDType(values, outputs.DType()))
}

func (r *regress) Predict(outputs *graph.Node) *graph.Node {
	dtype := outputs.DType()
	return graph.Add(graph.Mul(outputs, r.row(outputs, dtype, r.std)), r.row(outputs, dtype, r.mean))
}

func (r *regress) Measures() []Measure {
	if len(r.targets) == 1 {
		return []Measure{
			lossMeasure(""),
			{Name: "rmse", Title: "%s RMSE", About: "root of the mean squared error, in the target’s own unit", Better: measure.Lower, Of: func(j *Judged) float64 { return math.Sqrt(r.squares(j, 0)) }},
			{Name: "mae", Title: "%s MAE", Better: measure.Lower, Of: func(j *Judged) float64 { return r.absolute(j, 0) }},
			{Name: "r2", Title: "%s R²", Better: measure.Higher, Of: r.determination},
		}
	}
	// Targets of different units come to one number in deviations of each.
	all := []Measure{
		lossMeasure(""),
		{Name: "rmse", Title: "%s RMSE", Unit: "deviations", About: "root of the mean squared error over the targets, each in standard deviations of the training part", Better: measure.Lower, Of: r.standardized},
		{Name: "r2", Title: "%s R²", Better: measure.Higher, Of: r.determination},
	}
	for k, word := range words(r.targets) {
		all = append(all,
			Measure{Name: "rmse_" + word, Title: fmt.Sprintf("%%s RMSE of %s", percentless(r.targets[k])), Better: measure.Lower, Of: func(j *Judged) float64 { return math.Sqrt(r.squares(j, k)) }},
			Measure{Name: "mae_" + word, Title: fmt.Sprintf("%%s MAE of %s", percentless(r.targets[k])), Better: measure.Lower, Of: func(j *Judged) float64 { return r.absolute(j, k) }})
	}
	return all
}

// error returns how far target k of sample i is predicted too high.
func (r *regress) error(j *Judged, i, k int) float64 {
	row := j.Row(i)
	return float64(row[1+k]) - float64(row[1+len(r.targets)+k])
}

// squares is the mean squared error of target k.
func (r *regress) squares(j *Judged, k int) float64 {
	sum := 0.0
	for i := range j.N {
		e := r.error(j, i, k)
		sum += e * e
	}
	return sum / float64(j.N)
}

// absolute is the mean absolute error of target k.
func (r *regress) absolute(j *Judged, k int) float64 {
	sum := 0.0
	for i := range j.N {
		sum += math.Abs(r.error(j, i, k))
	}
	return sum / float64(j.N)
}

// standardized is the root of the mean squared error over targets, each in
// deviations of the training part.
func (r *regress) standardized(j *Judged) float64 {
	sum := 0.0
	for k, s := range r.std {
		sum += r.squares(j, k) / (s * s)
	}
	return math.Sqrt(sum / float64(len(r.std)))
}

// determination is 1 - (squared error) / (squared distance from the mean), the
// mean over targets; NaN where a target is the same everywhere.
func (r *regress) determination(j *Judged) float64 {
	total := 0.0
	for k := range r.targets {
		target := func(i int) float64 { return float64(j.Row(i)[1+len(r.targets)+k]) }
		// From the first target, so that equal ones have no spread by rounding.
		mean, spread := 0.0, 0.0
		for i := range j.N {
			mean += (target(i) - target(0)) / float64(j.N)
		}
		for i := range j.N {
			d := target(i) - target(0) - mean
			spread += d * d
		}
		if spread == 0 {
			return math.NaN()
		}
		total += 1 - r.squares(j, k)*float64(j.N)/spread
	}
	return total / float64(len(r.targets))
}
