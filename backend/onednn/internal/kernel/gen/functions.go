package main

// The algorithms and constants are those of scalar.go, product by product and sum by sum.

const (
	expMax  = 89
	expMin  = -104
	log2e   = 1.44269504088896341
	ln2Hi   = 0.693359375
	ln2Lo   = -2.12194440e-4
	toInt   = 12582912
	sqrtHlf = 0.707106781186547524
	inf     = 0x7f800000
	erfMax  = 4
)

var (
	expPoly = []float64{1.9875691500e-4, 1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1, 5.0000001201e-1}
	logPoly = []float64{
		7.0376836292e-2, -1.1514610310e-1, 1.1676998740e-1, -1.2420140846e-1, 1.4249322787e-1,
		-1.6668057665e-1, 2.0000714765e-1, -2.4999993993e-1, 3.3333331174e-1,
	}
	tanhPoly = []float64{-5.70498872745e-3, 2.06390887954e-2, -5.37397155531e-2, 1.33314422036e-1, -3.33332819422e-1}
	erfPoly  = []float64{7.85385769e-5, -8.01019252e-4, 5.18832756e-3, -2.68538119e-2, 1.12835851e-1, -3.76126258e-1, 1.28379166e-1}
	erfcPoly = []float64{-1.39624443e-5, 3.5059205e-4, -3.75747692e-3, 2.40100689e-2, -1.06530866e-1, -6.34969531e-1, -1.12869434}
)

// horner sets y to the polynomial of x.
func (e *emitter) horner(p []float64, x, y v) {
	e.loadC(f(p[0]), y)
	for _, c := range p[1:] {
		e.ins("VMULPS", x, y, y)
		e.insC("VADDPS", f(c), y, y)
	}
}

// exp sets v2 to exp(v0); it spoils v0, v1 and v3.
func (e *emitter) exp() {
	// The second source wins if it is NaN.
	e.loadC(f(expMax), v1)
	e.ins("VMINPS", v0, v1, v0)
	e.loadC(f(expMin), v1)
	e.ins("VMAXPS", v0, v1, v0)
	e.insC("VMULPS", f(log2e), v0, v1)
	e.insC("VADDPS", f(toInt), v1, v1)
	e.insC("VSUBPS", f(toInt), v1, v1)
	e.insC("VMULPS", f(ln2Hi), v1, v2)
	e.ins("VSUBPS", v2, v0, v0)
	e.insC("VMULPS", f(ln2Lo), v1, v2)
	e.ins("VSUBPS", v2, v0, v0)
	e.horner(expPoly, v0, v2)
	e.ins("VMULPS", v0, v0, v3)
	e.ins("VMULPS", v3, v2, v2)
	e.ins("VADDPS", v0, v2, v2)
	e.insC("VADDPS", f(1), v2, v2)
	if e.masks {
		e.ins("VSCALEFPS", v1, v2, v2)
		return
	}
	e.ins("VCVTPS2DQ", v1, v1)
	e.ins("VPSRAD", 1, v1, v3)
	e.ins("VPSUBD", v3, v1, v1)
	for _, x := range []v{v3, v1} {
		e.insC("VPADDD", 127, x, x)
		e.ins("VPSLLD", 23, x, x)
		e.ins("VMULPS", x, v2, v2)
	}
}

// log returns log(v0).
func (e *emitter) log() v {
	x, exponent := v5, v4
	e.ins("VMOVAPS", v0, x)
	if e.masks {
		// These know denormal numbers. The mantissa is in [1/2, 1).
		e.ins("VGETEXPPS", x, exponent)
		e.insC("VADDPS", f(1), exponent, exponent)
		e.ins("VGETMANTPS", 2, x, v0)
		e.ins("VCMPPS.BCST", lt, e.constant(f(sqrtHlf)), v0, "K1")
		e.insC("VSUBPS", f(1), exponent, "K1", exponent)
		e.ins("VADDPS", v0, v0, "K1", v0)
	} else {
		// Denormal numbers are scaled up.
		e.cmpC(lt, f(0x1p-126), v0, v1)
		e.insC("VMULPS", f(1<<23), v0, v2)
		e.ins("VBLENDVPS", v1, v2, v0, v0)
		e.insC("VANDPS", f(23), v1, v1)
		e.loadC(f(-126), exponent)
		e.ins("VSUBPS", v1, exponent, exponent)
		e.ins("VPSRLD", 23, v0, v1)
		e.ins("VCVTDQ2PS", v1, v1)
		e.ins("VADDPS", v1, exponent, exponent)
		e.insC("VANDPS", 0x7fffff, v0, v0)
		e.insC("VORPS", 0x3f000000, v0, v0)
		e.cmpC(lt, f(sqrtHlf), v0, v1)
		e.insC("VANDPS", f(1), v1, v2)
		e.ins("VSUBPS", v2, exponent, exponent)
		e.ins("VANDPS", v0, v1, v1)
		e.ins("VADDPS", v1, v0, v0)
	}
	e.insC("VSUBPS", f(1), v0, v0)
	e.ins("VMULPS", v0, v0, v1) // z
	e.horner(logPoly, v0, v2)
	e.ins("VMULPS", v0, v2, v2)
	e.ins("VMULPS", v1, v2, v2)
	e.insC("VMULPS", f(ln2Lo), exponent, v3)
	e.ins("VADDPS", v3, v2, v2)
	e.insC("VMULPS", f(0.5), v1, v1)
	e.ins("VSUBPS", v1, v2, v2)
	e.ins("VADDPS", v2, v0, v0)
	e.insC("VMULPS", f(ln2Hi), exponent, v3)
	e.ins("VADDPS", v3, v0, v0)
	e.sel(eq, uint32(inf), x, x, v0, v0, v1)
	e.zero(v2)
	e.loadC(ones, v3)
	e.sel(ngt, v2, x, v3, v0, v0, v1)
	e.loadC(inf|signBit, v3)
	e.sel(eq, v2, x, v3, v0, v0, v1)
	return v0
}

func (e *emitter) tanh() v {
	x, a := v7, v6
	e.load('a', x)
	e.insC("VANDPS", signBit-1, x, a)
	e.ins("VADDPS", a, a, v0)
	e.exp()
	e.insC("VADDPS", f(1), v2, v2)
	e.loadC(f(2), v3)
	e.ins("VDIVPS", v2, v3, v2)
	e.loadC(f(1), v3)
	e.ins("VSUBPS", v2, v3, v2)
	e.ins("VMULPS", a, a, v0)
	e.horner(tanhPoly, v0, v1)
	e.ins("VMULPS", v0, v1, v1)
	e.ins("VMULPS", a, v1, v1)
	e.ins("VADDPS", a, v1, v1)
	e.sel(lt, f(0.625), a, v1, v2, v2, v3)
	e.insC("VANDPS", signBit, x, x)
	e.ins("VORPS", x, v2, v2)
	return v2
}

func (e *emitter) logistic() v {
	x := v7
	e.load('a', x)
	e.insC("VORPS", signBit, x, v0)
	e.exp()
	e.insC("VADDPS", f(1), v2, v3)
	e.zero(v0)
	e.loadC(f(1), v1)
	e.sel(ge, v0, x, v1, v2, v2, v4)
	e.ins("VDIVPS", v3, v2, v2)
	return v2
}

func (e *emitter) erf() v {
	x, a, y := v7, v6, v5
	e.load('a', x)
	e.insC("VANDPS", signBit-1, x, a)
	e.ins("VMULPS", a, a, v0)
	e.horner(erfPoly, v0, v1)
	e.ins("VMULPS", a, v1, v1)
	e.ins("VADDPS", a, v1, y)
	e.loadC(f(erfMax), v1)
	e.ins("VMINPS", a, v1, v0)
	e.horner(erfcPoly, v0, v1)
	e.ins("VMULPS", v1, v0, v0)
	e.exp()
	e.loadC(f(1), v3)
	e.ins("VSUBPS", v2, v3, v2)
	e.sel(lt, f(1), a, y, v2, v2, v3)
	e.insC("VANDPS", signBit, x, x)
	e.ins("VORPS", x, v2, v2)
	return v2
}
