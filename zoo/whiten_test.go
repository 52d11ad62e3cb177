package zoo

import (
	"math"
	"slices"
	"testing"

	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/gomlx/ml/model"
)

// TestPrepare whitens the images that it was prepared with: the outputs have
// the second moments that the method promises, and come in opposite pairs.
func TestPrepare(t *testing.T) {
	const samples, height, width, channels = 40, 9, 8, 3
	shape := []int{height, width, channels}
	n, err := New("airbench:width=2,depth=2", shape, 3)
	if err != nil {
		t.Fatal(err)
	}
	// Neighbours are alike, as in photographs, and the channels differ in scale.
	noise := draws("pixels", samples*height*width*channels)
	x := make([]float32, len(noise))
	for i := range x {
		x[i] = float32(noise[i] * float64(1+i%channels))
		if i >= channels {
			x[i] += 0.9 * x[i-channels]
		}
	}
	store := model.NewStore()
	scope := store.RootScope().At("model")
	if err := n.Initialize(scope, 1, dtypes.Float64); err != nil {
		t.Fatal(err)
	}
	if err := n.Prepare(scope, x); err != nil {
		t.Fatal(err)
	}
	v := store.GetVariable("/model/whiten/kernel")
	if v.Trainable {
		t.Error("the whitening kernel is trained")
	}
	kernel := flat(t, v.MustValue())
	const taps = 4 * channels
	if len(kernel) != taps*2*taps {
		t.Fatalf("%d values in the kernel, want %d", len(kernel), taps*2*taps)
	}
	var moments [taps][taps]float64
	patchCount := 0.0
	for s := range samples {
		for i := range height - 1 {
			for j := range width - 1 {
				var y [2 * taps]float64
				for tap := range taps {
					r, c, channel := tap/(2*channels), tap/channels%2, tap%channels
					pixel := float64(x[((s*height+i+r)*width+j+c)*channels+channel])
					for o := range y {
						y[o] += pixel * kernel[tap*2*taps+o]
					}
				}
				for a := range taps {
					if y[a] != -y[taps+a] {
						t.Fatalf("outputs %d and %d are %v and %v, not opposite", a, taps+a, y[a], y[taps+a])
					}
					for b := range taps {
						moments[a][b] += y[a] * y[b]
					}
				}
				patchCount++
			}
		}
	}
	for a := range taps {
		for b := range taps {
			got, want := moments[a][b]/patchCount, 0.0
			if a == b {
				want = 1 // but for epsilon, which is small beside the eigenvalues
			}
			if math.Abs(got-want) > 5e-3 {
				t.Errorf("second moment of outputs %d and %d is %v, want %v", a, b, got, want)
			}
		}
	}
	// A constant image lies in the directions of large eigenvalues, so the
	// first filter is a mean, with the sign that makes it positive.
	first := 0.0
	for tap := range taps {
		first += kernel[tap*2*taps]
	}
	if first <= 0 {
		t.Errorf("the first filter sums to %v, want a positive mean", first)
	}

	again := model.NewStore()
	if err := n.Initialize(again.RootScope().At("model"), 2, dtypes.Float64); err != nil {
		t.Fatal(err)
	}
	if err := n.Prepare(again.RootScope().At("model"), x); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(kernel, flat(t, again.GetVariable("/model/whiten/kernel").MustValue())) {
		t.Error("the same samples gave another kernel")
	}
}

// TestPrepareConstant is a data set without any variance.
func TestPrepareConstant(t *testing.T) {
	n, err := New("airbench:width=2,depth=1", []int{5, 5, 1}, 2)
	if err != nil {
		t.Fatal(err)
	}
	scope := model.NewStore().RootScope()
	if err := n.Initialize(scope, 1, dtypes.Float32); err != nil {
		t.Fatal(err)
	}
	if err := n.Prepare(scope, make([]float32, 25)); err != nil {
		t.Fatal(err)
	}
	for v := range scope.Store().IterVariables() {
		v.MustValue().MustConstFlatData(func(flat any) {
			if values := flat.([]float32); slices.ContainsFunc(values, func(x float32) bool { return x-x != 0 }) {
				t.Errorf("%s is not finite: %v", v.Path(), values)
			}
		})
	}
}

func TestPrepareRefuses(t *testing.T) {
	n, err := New("airbench:width=2,depth=1", []int{5, 5, 1}, 2)
	if err != nil {
		t.Fatal(err)
	}
	scope := model.NewStore().RootScope()
	if err := n.Prepare(scope, make([]float32, 25)); err == nil {
		t.Error("a network that is not initialised was prepared")
	}
	if err := n.Initialize(scope, 1, dtypes.Float32); err != nil {
		t.Fatal(err)
	}
	for _, values := range []int{0, 24, 26} {
		if err := n.Prepare(scope, make([]float32, values)); err == nil {
			t.Errorf("%d values were taken for samples of 25", values)
		}
	}
	if n.PrepareSamples < 1 {
		t.Error("the network does not ask for samples")
	}
}

// TestIdentity is a convolution that passes its inputs on at first.
func TestIdentity(t *testing.T) {
	b := newBuilder([]int{3, 4, 2})
	b.convFrom("conv", 5, 3, 1, identity)
	n := b.network("conv", "", []int{3, 4, 2}, 5)
	store := model.NewStore()
	if err := n.Initialize(store.RootScope(), 1, dtypes.Float64); err != nil {
		t.Fatal(err)
	}
	x := draws("x", 24)
	y := forward(t, goBackendFor(t), n, store, tensor(x, 1, 3, 4, 2), true)
	for pixel := range 12 {
		for c := range 2 {
			if y[pixel*5+c] != x[pixel*2+c] {
				t.Errorf("pixel %d, channel %d: %v, want %v", pixel, c, y[pixel*5+c], x[pixel*2+c])
			}
		}
	}
	kernel := flat(t, store.GetVariable("conv/kernel").MustValue())
	if slices.ContainsFunc([]int{2, 3, 4}, func(o int) bool { return kernel[4*10+o] == 0 }) {
		t.Error("the filters after the identity are not random")
	}
}
