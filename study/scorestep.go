package study

import (
	"math"
	"sync"

	"gonum.org/v1/gonum/integrate/quad"
	"gonum.org/v1/gonum/stat/distuv"
)

// scoreStep is what the score of some differences says of the score after more
// of them, without a difference: beyond[i][j] is the probability of a score
// above j*cellWidth after one in the middle of cell i.
//
// With c = |t| / sqrt(t^2+n-1), the cosine between n differences and the vector
// of ones, the cosine after m more is that of
//
//	(sqrt(n) c cos(psi) cos(omega) + sqrt(m) sin(omega)) / sqrt(n+m),
//
// where tan(omega) is the length of the mean of the new ones beside that of all
// that is orthogonal to it, and psi says how much of the latter is their spread.
// The direction of all differences is uniform on the sphere, so that omega in
// [-pi/2, pi/2] has a density proportional to cos(omega)^(n+m-2), and psi in
// [0, pi/2] one proportional to cos(psi)^(n-1) sin(psi)^(m-2), or is 0 for m = 1.
type scoreStep struct{ beyond [][]float64 }

// scoreSteps keeps the steps that were computed, by their numbers of pairs: a
// study makes its table after every run.
var scoreSteps sync.Map

// scoreStepOf returns the step from n pairs to more.
func scoreStepOf(n, more int) scoreStep {
	key := [2]int{n, more}
	if step, ok := scoreSteps.Load(key); ok {
		return step.(scoreStep)
	}
	step := newScoreStep(n, more)
	scoreSteps.Store(key, step)
	return step
}

func newScoreStep(n, more int) scoreStep {
	m := more - n
	spread, omega := spreadOf(n, m), newAngle(more)
	edges := make([]float64, cells+1)
	for j := range edges {
		edges[j] = cosine(float64(j)*cellWidth, more) * math.Sqrt(float64(more))
	}
	step := scoreStep{beyond: make([][]float64, cells)}
	for i := range step.beyond {
		c := cosine((float64(i)+0.5)*cellWidth, n)
		row := make([]float64, len(edges))
		for _, psi := range spread {
			old := math.Sqrt(float64(n)) * c * psi.cos
			length, turn := math.Hypot(old, math.Sqrt(float64(m))), math.Atan2(old, math.Sqrt(float64(m)))
			for j, edge := range edges {
				if edge >= length {
					break // as is every edge after it
				}
				// |length sin(omega+turn)| > edge
				a := math.Asin(edge / length)
				row[j] += psi.weight * (omega.below(math.Pi-a-turn) - omega.below(a-turn) + omega.below(-a-turn) - omega.below(a-math.Pi-turn))
			}
		}
		step.beyond[i] = row
	}
	return step
}

// next are the chances at the look after, for studies that are not ended.
func (s scoreStep) next(c chances) chances {
	next := chances{beyond: make([]float64, cells+1)}
	for i, chance := range c.in {
		if chance == 0 {
			continue
		}
		for j, beyond := range s.beyond[i] {
			next.beyond[j] += chance * beyond
		}
	}
	return next
}

// cosine returns the c of a score of n pairs.
func cosine(x float64, n int) float64 {
	t := distuv.StudentsT{Mu: 0, Sigma: 1, Nu: float64(n - 1)}.Quantile(normal.CDF(-x))
	return -t / math.Hypot(t, math.Sqrt(float64(n-1)))
}

// spreadNode is a value of cos(psi) with its weight.
type spreadNode struct{ cos, weight float64 }

// spreadOf returns nodes of psi to integrate over it (Gauss-Legendre, over all
// but 2e-10 of its distribution).
func spreadOf(n, m int) []spreadNode {
	if m == 1 {
		return []spreadNode{{1, 1}}
	}
	square := distuv.Beta{Alpha: float64(m-1) / 2, Beta: float64(n) / 2} // the distribution of sin(psi)^2
	low, high := math.Asin(math.Sqrt(square.Quantile(1e-10))), math.Asin(math.Sqrt(square.Quantile(1-1e-10)))
	density := func(psi float64) float64 { // its logarithm
		return float64(n-1)*math.Log(math.Cos(psi)) + float64(m-2)*math.Log(math.Sin(psi))
	}
	middle := density((low + high) / 2) // keeps the exponential in range
	var at, weights [16]float64
	quad.Legendre{}.FixedLocations(at[:], weights[:], low, high)
	nodes := make([]spreadNode, len(at))
	sum := 0.0
	for i, psi := range at {
		nodes[i] = spreadNode{math.Cos(psi), weights[i] * math.Exp(density(psi)-middle)}
		sum += nodes[i].weight
	}
	for i := range nodes {
		nodes[i].weight /= sum
	}
	return nodes
}
