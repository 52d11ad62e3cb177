package zoo

import (
	"testing"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/gobackend"
	"github.com/gomlx/compute/shapes"

	"github.com/vicinal-ml/vicinal/internal/headroom"
)

func goBackendFor(t testing.TB) compute.Backend {
	t.Helper()
	headroom.Reserve()
	backend, err := gobackend.New("ops_sequential")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(backend.Finalize)
	return backend
}

// opsBackend is the Go backend under another name, with the three batch
// normalisation ops it lacks: what the networks choose on other backends.
type opsBackend struct {
	compute.Backend
	used map[string]int // how often each of the three was built
}

func newOpsBackend(inner compute.Backend) opsBackend { return opsBackend{inner, map[string]int{}} }

func (b opsBackend) Name() string   { return "ops" }
func (b opsBackend) String() string { return "ops" }

func (b opsBackend) Capabilities() compute.Capabilities {
	c := b.Backend.Capabilities().Clone()
	c.Operations[compute.OpTypeBatchNormForTraining] = true
	c.Operations[compute.OpTypeBatchNormForInference] = true
	c.Operations[compute.OpTypeBatchNormGradient] = true
	return c
}

func (b opsBackend) Builder(name string) compute.Builder {
	return opsBuilder{b.Backend.Builder(name), b.used}
}

type opsBuilder struct {
	compute.Builder
	used map[string]int
}

func (b opsBuilder) Main() compute.Function { return opsFunction{b.Builder.Main(), b.used} }

type opsFunction struct {
	compute.Function
	used map[string]int
}

// must panics, which the graph executor turns into an error of the test.
func must(v compute.Value, err error) compute.Value {
	if err != nil {
		panic(err)
	}
	return v
}

// along broadcasts a vector along the last axis of x.
func (f opsFunction) along(v, x compute.Value) compute.Value {
	shape := f.shape(x)
	return must(f.BroadcastInDim(v, shape, []int{shape.Rank() - 1}))
}

func (f opsFunction) shape(x compute.Value) shapes.Shape {
	s, err := f.Shape(x)
	if err != nil {
		panic(err)
	}
	return s
}

func (f opsFunction) sum(x compute.Value) compute.Value {
	var axes []int
	for i := range f.shape(x).Rank() - 1 {
		axes = append(axes, i)
	}
	return must(f.ReduceSum(x, axes...))
}

// vector returns a vector of c as long as the last axis of x. Only float64.
func (f opsFunction) vector(x compute.Value, c float64) compute.Value {
	n := f.shape(x).Dimensions[f.shape(x).Rank()-1]
	values := make([]float64, n)
	for i := range values {
		values[i] = c
	}
	return must(f.Constant(values, n))
}

func (f opsFunction) count(x compute.Value) float64 {
	s := f.shape(x)
	return float64(s.Size() / s.Dimensions[s.Rank()-1])
}

func (f opsFunction) normalized(x, mean, variance compute.Value, epsilon float32) (xhat, deviation compute.Value) {
	deviation = must(f.Sqrt(must(f.Add(variance, f.vector(x, float64(epsilon))))))
	return must(f.Div(must(f.Sub(x, f.along(mean, x))), f.along(deviation, x))), deviation
}

func (f opsFunction) BatchNormForInference(x, scale, offset, mean, variance compute.Value, epsilon float32, _ int) (compute.Value, error) {
	f.used["inference"]++
	xhat, _ := f.normalized(x, mean, variance, epsilon)
	return f.Add(must(f.Mul(xhat, f.along(scale, x))), f.along(offset, x))
}

func (f opsFunction) BatchNormForTraining(x, scale, offset compute.Value, epsilon float32, axis int) (y, mean, variance compute.Value, err error) {
	f.used["training"]++
	n := f.vector(x, f.count(x))
	mean = must(f.Div(f.sum(x), n))
	d := must(f.Sub(x, f.along(mean, x)))
	variance = must(f.Div(f.sum(must(f.Mul(d, d))), n))
	y, err = f.BatchNormForInference(x, scale, offset, mean, variance, epsilon, axis)
	return y, mean, variance, err
}

func (f opsFunction) BatchNormGradient(x, scale, mean, variance, g compute.Value, epsilon float32, _ int) (dx, dscale, doffset compute.Value, err error) {
	f.used["gradient"]++
	xhat, deviation := f.normalized(x, mean, variance, epsilon)
	n := f.vector(x, f.count(x))
	dscale = f.sum(must(f.Mul(g, xhat)))
	doffset = f.sum(g)
	inner := must(f.Sub(g, f.along(must(f.Div(doffset, n)), x)))
	inner = must(f.Sub(inner, must(f.Mul(xhat, f.along(must(f.Div(dscale, n)), x)))))
	dx, err = f.Mul(inner, f.along(must(f.Div(scale, deviation)), x))
	return dx, dscale, doffset, err
}
