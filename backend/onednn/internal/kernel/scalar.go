package kernel

import "math"

func f32bits(x float32) uint32 { return math.Float32bits(x) }

func sqrt32(x float32) float32 { return float32(math.Sqrt(float64(x))) }

func abs32(x float32) float32 {
	if x < 0 {
		return -x
	}
	return x
}

func sign32(x float32) float32 {
	switch {
	case x < 0:
		return -1
	case x > 0:
		return 1
	}
	return 0
}

func relu32(x float32) float32 {
	if x < 0 {
		return 0
	}
	return x
}

func toS32(x float32) int32 {
	switch {
	case x >= 1<<31:
		return math.MaxInt32
	case x < -1<<31:
		return math.MinInt32
	case x != x:
		return 0
	}
	return int32(x)
}

// roundBF16 rounds the bits of an f32 to nearest even; a NaN becomes quiet and keeps its upper payload.
func roundBF16(bits uint32) uint16 {
	if bits&0x7fffffff > 0x7f800000 {
		return uint16(bits>>16) | 0x40
	}
	return uint16((bits + 0x7fff + bits>>16&1) >> 16)
}

// Constants of the functions below. The reduction by ln 2 is split so that n*ln2Hi is exact; the polynomials are
// those of S. Moshier's Cephes library (expf.c, logf.c, tanhf.c), but for erf's.
const (
	expMax  = 89
	expMin  = -104
	log2e   = 1.44269504088896341
	ln2Hi   = 0.693359375
	ln2Lo   = -2.12194440e-4
	toInt   = 12582912 // 1.5 * 2^23: adding and taking it away rounds to an integer
	sqrtHlf = 0.707106781186547524
	erfMax  = 4 // from here on erf rounds to 1
)

var (
	expPoly = [...]float32{1.9875691500e-4, 1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1, 5.0000001201e-1}
	logPoly = [...]float32{
		7.0376836292e-2, -1.1514610310e-1, 1.1676998740e-1, -1.2420140846e-1, 1.4249322787e-1,
		-1.6668057665e-1, 2.0000714765e-1, -2.4999993993e-1, 3.3333331174e-1,
	}
	tanhPoly = [...]float32{-5.70498872745e-3, 2.06390887954e-2, -5.37397155531e-2, 1.33314422036e-1, -3.33332819422e-1}

	// erf(x) = x + x·erfPoly(x²) for |x| < 1, and 1 - exp(x·erfcPoly(x)) for 1 <= x <= erfMax: polynomials of least
	// greatest relative error in erf (iteratively reweighted least squares on Chebyshev nodes), 2^-29 and 2^-31.
	erfPoly  = [...]float32{7.85385769e-5, -8.01019252e-4, 5.18832756e-3, -2.68538119e-2, 1.12835851e-1, -3.76126258e-1, 1.28379166e-1}
	erfcPoly = [...]float32{-1.39624443e-5, 3.5059205e-4, -3.75747692e-3, 2.40100689e-2, -1.06530866e-1, -6.34969531e-1, -1.12869434}
)

// horner evaluates a polynomial, each product and sum rounded.
func horner(p []float32, x float32) float32 {
	y := p[0]
	for _, c := range p[1:] {
		y = float32(y*x) + c
	}
	return y
}

// exp32 is e^x. The conversions keep the compiler from fusing products into sums.
func exp32(x float32) float32 {
	if expMax < x {
		x = expMax
	}
	if x < expMin {
		x = expMin
	}
	n := float32(float32(x*log2e)+toInt) - toInt
	r := float32(x-float32(n*ln2Hi)) - float32(n*ln2Lo)
	y := float32(float32(horner(expPoly[:], r)*float32(r*r))+r) + 1
	if n != n {
		return n
	}
	// 2^n may not be a normal number: two factors.
	i := int32(n)
	half := i >> 1
	return float32(y*pow2(half)) * pow2(i-half)
}

// pow2 is 2^n for -126 <= n <= 127.
func pow2(n int32) float32 { return math.Float32frombits(uint32(n+127) << 23) }

// log32 is the natural logarithm.
func log32(x float32) float32 {
	switch {
	case x == 0:
		return float32(math.Inf(-1))
	case !(x > 0):
		return float32(math.NaN())
	case x > math.MaxFloat32:
		return x
	}
	e := float32(-126)
	if x < 0x1p-126 {
		x *= 1 << 23
		e -= 23
	}
	bits := f32bits(x)
	e += float32(int32(bits >> 23))
	m := math.Float32frombits(bits&0x7fffff | 0x3f000000)
	if m < sqrtHlf {
		e--
		m += m
	}
	m--
	z := float32(m * m)
	y := float32(float32(horner(logPoly[:], m)*m) * z)
	y += float32(e * ln2Lo)
	y -= float32(0.5 * z)
	return float32(m+y) + float32(e*ln2Hi)
}

func tanh32(x float32) float32 {
	a := math.Float32frombits(f32bits(x) &^ (1 << 31))
	var y float32
	if a < 0.625 {
		z := float32(a * a)
		y = float32(float32(horner(tanhPoly[:], z)*z)*a) + a
	} else {
		y = 1 - float32(2/float32(exp32(a+a)+1))
	}
	return math.Float32frombits(f32bits(y) | f32bits(x)&(1<<31))
}

func logistic32(x float32) float32 {
	e := exp32(math.Float32frombits(f32bits(x) | 1<<31))
	num := e
	if x >= 0 {
		num = 1
	}
	return num / float32(1+e)
}

func erf32(x float32) float32 {
	a := math.Float32frombits(f32bits(x) &^ (1 << 31))
	var y float32
	if a < 1 {
		y = float32(horner(erfPoly[:], float32(a*a))*a) + a
	} else {
		if erfMax < a {
			a = erfMax
		}
		y = 1 - float32(exp32(float32(a*horner(erfcPoly[:], a))))
	}
	return math.Float32frombits(f32bits(y) | f32bits(x)&(1<<31))
}
