package winograd

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"unsafe"
)

// shape is a convolution of a test.
type shape struct {
	n, in, out, height, width int
	top, left, bottom, right  int
	inBlock, outBlock, wBlock int
	rowsAtOnce                int
}

func (s shape) images() (in, out Images) {
	return Images{s.n, s.in, s.height, s.width, s.inBlock},
		Images{s.n, s.out, s.height + s.top + s.bottom - 2, s.width + s.left + s.right - 2, s.outBlock}
}

var shapes = []shape{
	{1, 8, 8, 4, 4, 1, 1, 1, 1, 8, 8, 8, 1},
	{2, 8, 16, 8, 8, 1, 1, 1, 1, 8, 8, 8, 3},
	{2, 16, 32, 5, 7, 1, 1, 1, 1, 16, 16, 16, 2},
	{3, 24, 8, 9, 6, 0, 0, 0, 0, 8, 8, 8, 4},
	{1, 16, 16, 13, 3, 2, 2, 2, 2, 16, 16, 16, 5},
	{1, 72, 136, 6, 10, 0, 2, 1, 0, 72, 136, 8, 7},
	{2, 8, 8, 1, 1, 1, 1, 1, 1, 8, 8, 8, 8},
	{1, 8, 8, 17, 17, 0, 1, 2, 1, 8, 8, 8, 2},
}

func random(n int, r *rand.Rand) []float32 {
	v := make([]float32, n)
	for i := range v {
		v[i] = float32(r.NormFloat64())
	}
	return v
}

func at(v []float32) unsafe.Pointer { return unsafe.Pointer(&v[0]) }

func (m Images) size() int { return m.N * m.Channels * m.Height * m.Width }

// get is an element, 0 in the padding.
func (m Images) get(v []float32, n, c, y, x int) float64 {
	if y < 0 || x < 0 || y >= m.Height || x >= m.Width {
		return 0
	}
	return float64(v[m.offset(n, c, y, x)/4])
}

func (s shape) weight(o, i, y, x int) int {
	b := s.wBlock
	return (((o/b*(s.in/b)+i/b)*9+3*y+x)*b+i%b)*b + o%b
}

// products multiplies the 36 pairs of matrices and adds to c; transposed tells which of the factors are stored so.
func products(c, a, b []float32, m, k, n int, aT, bT bool) {
	for p := range Points {
		for i := range m {
			for j := range n {
				sum := 0.0
				for l := range k {
					x, y := a[p*m*k+i*k+l], b[p*k*n+l*n+j]
					if aT {
						x = a[p*m*k+l*m+i]
					}
					if bT {
						y = b[p*k*n+j*k+l]
					}
					sum += float64(x) * float64(y)
				}
				c[p*m*n+i*n+j] += float32(sum)
			}
		}
	}
}

// poison is what memory holds that is to be written.
func poison(n int) []float32 {
	v := make([]float32, n)
	for i := range v {
		v[i] = float32(math.NaN())
	}
	return v
}

func TestConvolution(t *testing.T) {
	for name, k := range map[string]*kernels{"portable": &portableKernels, "best": nil} {
		for i, s := range shapes {
			for _, panels := range []bool{false, true} {
				t.Run(fmt.Sprintf("%s/%d,panels=%v", name, i, panels), func(t *testing.T) {
					in, out := s.images()
					c, err := New(in, out, s.top, s.left, s.wBlock, panels)
					if err != nil {
						t.Fatal(err)
					}
					if k != nil {
						c.kernels = k
					}
					r := rand.New(rand.NewPCG(1, 2))
					x, w, dy, bias := random(in.size(), r), random(9*s.in*s.out, r), random(out.size(), r), random(s.out, r)
					forward(t, s, c, x, w, bias)
					backwardData(t, s, c, dy, w)
					backwardWeights(t, s, c, x, dy)
				})
			}
		}
	}
}

func weights(c *Convolution, b *Buffer, u, w []float32, plane int, flipped bool) {
	for block := range c.WeightBlocks() {
		c.Weights(b, at(u), at(w), plane, block, flipped)
	}
}

func forward(t *testing.T, s shape, c *Convolution, x, w, bias []float32) {
	b := c.NewBuffer()
	rows, tiles := c.TileRows(false)
	in, out := s.images()
	m := s.rowsAtOnce * tiles
	uPlane, vPlane, mPlane := c.Plane(s.in, s.out), c.Plane(m, s.in), c.Plane(m, s.out)
	u, y := poison(Points*uPlane), poison(out.size())
	weights(c, b, u, w, uPlane, false)
	for first := 0; first < rows; first += s.rowsAtOnce {
		v, p := poison(Points*vPlane), make([]float32, Points*mPlane)
		c.Input(b, at(v), at(x), vPlane, first, s.rowsAtOnce)
		if c.panels {
			c.Multiply(b, at(p), at(v), at(u), mPlane, vPlane, uPlane, m, false)
		} else {
			products(p, v, u, m, s.in, s.out, false, false)
		}
		c.Output(b, at(y), at(p), at(bias), mPlane, first, s.rowsAtOnce)
	}
	check(t, "forward", out, y, func(n, o, py, px int) float64 {
		sum := float64(bias[o])
		for i := range s.in {
			for ky := range 3 {
				for kx := range 3 {
					sum += in.get(x, n, i, py-s.top+ky, px-s.left+kx) * float64(w[s.weight(o, i, ky, kx)])
				}
			}
		}
		return sum
	})
}

func backwardData(t *testing.T, s shape, c *Convolution, dy, w []float32) {
	b := c.NewBuffer()
	rows, tiles := c.TileRows(true)
	in, out := s.images()
	m := s.rowsAtOnce * tiles
	uPlane, vPlane, mPlane := c.Plane(s.in, s.out), c.Plane(m, s.out), c.Plane(m, s.in)
	if c.panels {
		uPlane = c.Plane(s.out, s.in)
	}
	u, dx := poison(Points*uPlane), poison(in.size())
	weights(c, b, u, w, uPlane, true)
	for first := 0; first < rows; first += s.rowsAtOnce {
		v, p := poison(Points*vPlane), make([]float32, Points*mPlane)
		c.OutputGradient(b, at(v), at(dy), vPlane, first, s.rowsAtOnce)
		if c.panels {
			c.Multiply(b, at(p), at(v), at(u), mPlane, vPlane, uPlane, m, true)
		} else {
			products(p, v, u, m, s.out, s.in, false, true)
		}
		c.InputGradient(b, at(dx), at(p), mPlane, first, s.rowsAtOnce)
	}
	check(t, "gradient by data", in, dx, func(n, i, py, px int) float64 {
		sum := 0.0
		for o := range s.out {
			for ky := range 3 {
				for kx := range 3 {
					sum += out.get(dy, n, o, py+s.top-ky, px+s.left-kx) * float64(w[s.weight(o, i, ky, kx)])
				}
			}
		}
		return sum
	})
}

func backwardWeights(t *testing.T, s shape, c *Convolution, x, dy []float32) {
	b := c.NewBuffer()
	rows, tiles := c.TileRows(false)
	in, out := s.images()
	m := s.rowsAtOnce * tiles
	uPlane, vPlane, mPlane := c.Plane(s.in, s.out), c.Plane(m, s.in), c.Plane(m, s.out)
	us, dw := [2][]float32{make([]float32, Points*uPlane), make([]float32, Points*uPlane)}, poison(9*s.in*s.out)
	if c.panels && rows > s.rowsAtOnce {
		us = [2][]float32{poison(Points * uPlane), poison(Points * uPlane)} // both are first written without add
	}
	for first := 0; first < rows; first += s.rowsAtOnce {
		v, p := poison(Points*vPlane), poison(Points*mPlane)
		c.Input(b, at(v), at(x), vPlane, first, s.rowsAtOnce)
		c.Gradient(b, at(p), at(dy), mPlane, first, s.rowsAtOnce)
		piece := first / s.rowsAtOnce
		if c.panels {
			c.MultiplyTiles(b, at(us[piece%2]), at(v), at(p), uPlane, vPlane, mPlane, m, piece > 1)
		} else {
			products(us[piece%2], v, p, s.in, m, s.out, true, false)
		}
	}
	for block := range c.WeightBlocks() {
		c.WeightsGradient(b, at(dw), []unsafe.Pointer{at(us[0]), at(us[1])}, uPlane, block)
	}
	check(t, "gradient by weights", Images{s.out, s.in, 3, 3, s.in}, dw, func(o, i, ky, kx int) float64 {
		sum := 0.0
		for n := range s.n {
			for py := range out.Height {
				for px := range out.Width {
					sum += out.get(dy, n, o, py, px) * in.get(x, n, i, py-s.top+ky, px-s.left+kx)
				}
			}
		}
		return sum
	}, s.weight)
}

// check compares v with the exact values; index says where they are, by default as m has them.
func check(t *testing.T, what string, m Images, v []float32, want func(n, c, y, x int) float64, index ...func(n, c, y, x int) int) {
	t.Helper()
	worst, largest := 0.0, 0.0
	for n := range m.N {
		for c := range m.Channels {
			for y := range m.Height {
				for x := range m.Width {
					i := m.offset(n, c, y, x) / 4
					if len(index) > 0 {
						i = index[0](n, c, y, x)
					}
					w := want(n, c, y, x)
					largest = math.Max(largest, math.Abs(w))
					if d := math.Abs(float64(v[i]) - w); !(d <= worst) {
						worst = d
					}
				}
			}
		}
	}
	if !(worst <= 1e-5*largest) {
		t.Errorf("%s differs from the direct sum by %g of the largest, %g", what, worst/largest, largest)
	}
}

func TestNewRefuses(t *testing.T) {
	good := Images{1, 8, 4, 4, 8}
	for name, c := range map[string]struct {
		in, out   Images
		top, left int
		block     int
	}{
		"channels":      {Images{1, 12, 4, 4, 12}, good, 1, 1, 8},
		"block":         {Images{1, 24, 4, 4, 16}, good, 1, 1, 8},
		"weights block": {good, good, 1, 1, 16},
		"padding":       {good, good, 3, 1, 8},
		"images":        {good, Images{2, 8, 4, 4, 8}, 1, 1, 8},
		"empty":         {good, Images{1, 8, 0, 4, 8}, 1, 1, 8},
	} {
		if _, err := New(c.in, c.out, c.top, c.left, c.block, false); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
