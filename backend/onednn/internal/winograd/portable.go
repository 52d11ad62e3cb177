package winograd

import "unsafe"

// The points of interpolation besides 0 and infinity are ±a and ±b.
const (
	a  = 2.0 / 3
	b  = 3.0 / 2
	a2 = a * a
	b2 = b * b
	na = 2 * a2 * (a2 - b2)
	nb = 2 * b2 * (b2 - a2)
)

// The matrices by row.
var (
	matrixB = [][]float32{ // Bᵀ
		{1, 0, -(a2 + b2), 0, 1, 0},
		{0, -b, -b2, a, 1, 0},
		{0, b, -b2, -a, 1, 0},
		{0, -a, -a2, b, 1, 0},
		{0, a, -a2, -b, 1, 0},
		{0, 1, 0, -(a2 + b2), 0, 1},
	}
	matrixG = [][]float32{
		{1, 0, 0},
		{1 / na, a / na, a2 / na},
		{1 / na, -a / na, a2 / na},
		{1 / nb, b / nb, b2 / nb},
		{1 / nb, -b / nb, b2 / nb},
		{0, 0, 1},
	}
	matrixA = [][]float32{ // Aᵀ
		{1, 1, 1, 1, 1, 0},
		{0, a, -a, b, -b, 0},
		{0, a2, a2, b2, b2, 0},
		{0, a * a2, -a * a2, b * b2, -b * b2, 1},
	}
)

var portableKernels = kernels{
	input:           func(g *grid) { g.transform(matrixB) },
	output:          func(g *grid) { g.transform(matrixA) },
	weights:         func(g *grid) { g.transform(matrixG) },
	gradient:        func(g *grid) { g.transform(transpose(matrixA)) },
	weightsGradient: func(g *grid) { g.transform(transpose(matrixG)) },
	transpose:       (*grid).transpose,
	patch:           (*patch).copy,
	rows:            portableProducts((*product).rows),
	columns:         portableProducts((*product).columns),
}

func portableProducts(f func(p *product, rows int)) (list [productRows]func(*product)) {
	for i := range list {
		list[i] = func(p *product) { f(p, i+1) }
	}
	return list
}

func transpose(m [][]float32) [][]float32 {
	t := make([][]float32, len(m[0]))
	for i := range t {
		for _, row := range m {
			t[i] = append(t[i], row[i])
		}
	}
	return t
}

// transform multiplies each grid by m from the left and by its transpose from the right.
func (g *grid) transform(m [][]float32) {
	in := len(m[0])
	half := make([]float32, len(m)*in)
	for k := range g.n {
		for lane := range lanes {
			for i, row := range m {
				for j := range in {
					sum := float32(0)
					for l, f := range row {
						sum += f * *(*float32)(unsafe.Add(g.src, k*g.srcNext+l*g.srcRow+j*g.srcCol+4*lane))
					}
					half[i*in+j] = sum
				}
			}
			for i := range m {
				for j, row := range m {
					sum := float32(0)
					if g.bias != nil {
						sum = *(*float32)(unsafe.Add(g.bias, 4*lane))
					}
					for l, f := range row {
						sum += f * half[i*in+l]
					}
					*(*float32)(unsafe.Add(g.dst, k*g.dstNext+i*g.dstRow+j*g.dstCol+4*lane)) = sum
				}
			}
		}
	}
}

func (g *grid) transpose() {
	for k := range g.n {
		for i := range lanes {
			for j := range lanes {
				*float(g.dst, k*g.dstNext+j*g.dstRow+4*i) = *float(g.src, k*g.srcNext+i*g.srcRow+4*j)
			}
		}
	}
}

func (p *patch) copy() {
	for i := range p.rows {
		for j := range p.columns {
			to, from := unsafe.Add(p.dst, i*p.dstRow+j*p.dstCol), unsafe.Add(p.src, i*p.srcRow+j*p.srcCol)
			*(*[lanes]float32)(to) = *(*[lanes]float32)(from)
		}
	}
}

func float(p unsafe.Pointer, offset int) *float32 { return (*float32)(unsafe.Add(p, offset)) }

func (p *product) rows(rows int) {
	inner := Panel*p.steps + p.half
	for block := range p.blocks {
		for r := range rows {
			for c := range Panel {
				sum := float32(0)
				for k := range inner {
					sum += *float(p.a, k/Panel*p.jump+64*(block*rows+r)+4*(k%Panel)) * *float(p.b, 64*k+4*c)
				}
				*float(p.c, 64*(block*rows+r)+4*c) = sum
			}
		}
	}
}

func (p *product) columns(rows int) {
	for r := range rows {
		for c := range Panel {
			sum := float32(0)
			for k := range p.steps {
				sum += *float(p.a, 64*k+4*r) * *float(p.b, 64*k+4*c)
			}
			if p.add != 0 {
				sum += *float(p.c, 64*r+4*c)
			}
			*float(p.c, 64*r+4*c) = sum
		}
	}
}
