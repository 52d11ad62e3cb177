package zoo

import (
	"fmt"
	"math"

	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
	"gonum.org/v1/gonum/mat"
)

const (
	// whiteningSamples are enough: each has hundreds of patches.
	whiteningSamples = 5000
	// whiteningEpsilon keeps the directions in which patches hardly differ from
	// being blown up to noise.
	whiteningEpsilon = 5e-4
)

// whiten adds a convolution with bias and without padding that maps each size x
// size patch to its whitened coordinates and to minus those, so that an
// activation after it loses none. Its kernel is not trained: Network.Prepare
// sets it from training samples, and before that it is random.
func (b *builder) whiten(name string, size int) {
	switch {
	case b.err != nil:
		return
	case !b.image():
		b.fail("it takes images [height width channels], not samples of shape %v", b.shape)
		return
	case b.shape[0] < size || b.shape[1] < size:
		b.fail("the images are too small: %d x %d pixels hold no patch of %d x %d", b.shape[0], b.shape[1], size, size)
		return
	}
	p := patches{height: b.shape[0], width: b.shape[1], channels: b.channels(), size: size}
	taps, out := p.values(), 2*p.values()
	if out > maxWidth {
		b.fail("%d channels in %s are more than %d", out, name, maxWidth)
		return
	}
	kernel := b.variable(name, Weight, torch(taps), false, size, size, p.channels, out)
	bias := b.variable(name, Bias, zeros, true, out)
	b.prepareSamples, b.prepared = whiteningSamples, func(x []float32) (map[string][]float64, error) {
		values, err := p.whitening(x)
		return map[string][]float64{kernel: values}, err
	}
	b.shape = []int{p.height - size + 1, p.width - size + 1, out}
	b.flops += 2 * float64(b.shape[0]*b.shape[1]) * float64(taps) * float64(out)
	b.layers = append(b.layers, func(scope *model.Scope, x *graph.Node) *graph.Node {
		k := variable(scope, kernel, x, size, size, p.channels, out).NodeValue(x)
		return graph.Add(convolve(x, k, geometry{stride: 1, groups: 1}), alongLast(variable(scope, bias, x, out).NodeValue(x), x))
	})
}

// patches are the size x size patches of images.
type patches struct{ height, width, channels, size int }

// values is the number of values of a patch.
func (p patches) values() int { return p.size * p.size * p.channels }

// whitening returns the kernel [size size channels 2*values] for the images x:
// the eigenvectors of the patches' second moments, the largest eigenvalue
// first, each divided by the root of its eigenvalue; then minus those. Of an
// eigenvector and its opposite it takes the one whose largest value is positive.
func (p patches) whitening(x []float32) ([]float64, error) {
	var eigen mat.EigenSym
	if !eigen.Factorize(p.moments(x), true) {
		return nil, fmt.Errorf("whitening: the eigenvalues of the patches' second moments cannot be computed")
	}
	var vectors mat.Dense
	eigen.VectorsTo(&vectors)
	taps := p.values()
	kernel := make([]float64, taps*2*taps)
	for i, eigenvalue := range eigen.Values(nil) { // rising
		scale := 1 / math.Sqrt(max(eigenvalue, 0)+whiteningEpsilon)
		largest := 0.0
		for tap := range taps {
			if v := vectors.At(tap, i); math.Abs(v) > math.Abs(largest) {
				largest = v
			}
		}
		scale = math.Copysign(scale, largest)
		filter := taps - 1 - i
		for tap := range taps {
			kernel[tap*2*taps+filter] = scale * vectors.At(tap, i)
			kernel[tap*2*taps+taps+filter] = -scale * vectors.At(tap, i)
		}
	}
	return kernel, nil
}

// moments returns the mean over all patches of the products of their values.
func (p patches) moments(x []float32) *mat.SymDense {
	taps := p.values()
	row := p.size * p.channels // the values of a patch in one row of an image
	sums := make([]float64, taps*taps)
	patch := make([]float64, taps)
	count := 0
	for image := 0; image+p.height*p.width*p.channels <= len(x); image += p.height * p.width * p.channels {
		for i := range p.height - p.size + 1 {
			for j := range p.width - p.size + 1 {
				for r := range p.size {
					from := image + ((i+r)*p.width+j)*p.channels
					for k, v := range x[from : from+row] {
						patch[r*row+k] = float64(v)
					}
				}
				for k, v := range patch {
					for l, w := range patch[k:] {
						sums[k*taps+k+l] += v * w
					}
				}
				count++
			}
		}
	}
	for i := range sums {
		sums[i] /= float64(count)
	}
	return mat.NewSymDense(taps, sums)
}
