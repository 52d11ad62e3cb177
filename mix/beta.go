package mix

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/stat/distuv"

	"github.com/vicinal-ml/vicinal/stream"
)

// Beta is the symmetric Beta distribution on [0, 1] that mixup draws its
// weights from. Its density is
//
//	f(x) = x^(A-1) (1-x)^(A-1) / B(A, A).
//
// A is finite and 0 or more. As A goes to 0 the mass goes to the two ends, as
// A grows it goes to 1/2; A = 1 is uniform. A = 0 stands for ERM here: the
// point mass at 1. With any other A all methods return NaN.
type Beta struct{ A float64 }

// Validate reports an A outside the domain.
func (b Beta) Validate() error {
	if b.ok() {
		return nil
	}
	return fmt.Errorf("a of Beta(a, a) is %v, it must be a finite number >= 0 (0 is ERM; the mixup paper uses 0.1 to 32)", b.A)
}

func (b Beta) ok() bool { return b.A >= 0 && !math.IsInf(b.A, 1) }

// Rand draws a number.
func (b Beta) Rand(r *stream.Rand) float64 {
	switch {
	case !b.ok():
		return math.NaN()
	case b.A == 0:
		return 1
	case b.A < 0.5:
		logX, _ := b.johnk(r)
		return math.Exp(logX)
	default:
		return b.ulrich(r)
	}
}

// johnk draws (log x, log(1-x)) by Johnk's rejection (1964): x = X/(X+Y) for
// X = U^(1/A), Y = V^(1/A) given X+Y <= 1. All in logarithms, since X and Y
// underflow for small A, where the plain quotient is 0/0. For A < 1/2 at least
// 78 % of the pairs are accepted.
func (b Beta) johnk(r *stream.Rand) (logX, log1mX float64) {
	for {
		logU, logV := math.Log(r.OpenFloat64()), math.Log(r.OpenFloat64())
		hi, lo := max(logU, logV), min(logU, logV)
		gap := (lo - hi) / b.A // log of the lesser over the greater of X and Y
		rest := math.Log1p(math.Exp(gap))
		if hi/b.A+rest > 0 {
			continue // X + Y > 1
		}
		if logU < logV {
			return gap - rest, -rest
		}
		return -rest, gap - rest
	}
}

// ulrich draws by the polar method for A >= 1/2 (Ulrich, "Computer generation
// of distributions on the m-sphere", 1984; Devroye 1986, section IX.3.3): no
// rejection, two uniform numbers.
func (b Beta) ulrich(r *stream.Rand) float64 {
	u, v := r.OpenFloat64(), r.Float64()
	radius := 1.0
	if b.A > 0.5 {
		// 1 - u^(2/(2A-1)), exact where the power is close to 1.
		radius = math.Sqrt(-math.Expm1(math.Log(u) * 2 / (2*b.A - 1)))
	}
	return 0.5 + 0.5*radius*math.Cos(2*math.Pi*v)
}

// LogProb returns the logarithm of the density at x: -Inf outside [0, 1].
func (b Beta) LogProb(x float64) float64 {
	switch {
	case !b.ok() || math.IsNaN(x):
		return math.NaN()
	case x < 0 || x > 1:
		return math.Inf(-1)
	case b.A == 0 && x == 1:
		return math.Inf(1)
	case b.A == 0:
		return math.Inf(-1)
	case b.A == 1:
		return 0 // also at the ends, where the general form is 0 times -Inf
	}
	return (b.A-1)*(math.Log(x)+math.Log1p(-x)) - b.logBeta()
}

// Prob returns the density at x. It is +Inf at 0 and 1 for A < 1.
func (b Beta) Prob(x float64) float64 { return math.Exp(b.LogProb(x)) }

// CDF returns the probability of a draw of at most x.
func (b Beta) CDF(x float64) float64 {
	switch {
	case !b.ok() || math.IsNaN(x):
		return math.NaN()
	case x < 0:
		return 0
	case x >= 1:
		return 1
	case b.A == 0 || x == 0:
		return 0
	case b.A > 1:
		return distuv.Beta{Alpha: b.A, Beta: b.A}.CDF(x)
	case x > 0.5:
		return 1 - b.lowerCDF(math.Log1p(-x), 1-x)
	default:
		return b.lowerCDF(math.Log(x), x)
	}
}

// lowerCDF is the CDF at x <= 1/2 for A <= 1, given log x too, which may be
// below what x can hold. It sums the hypergeometric series
//
//	F(x) = x^A / (A B(A, A)) 2F1(A, 1-A; A+1; x),
//
// whose terms are all positive and shrink by more than half each.
func (b Beta) lowerCDF(logX, x float64) float64 {
	sum, term := 1.0, 1.0
	for n := 0.0; term > sum*0x1p-54; n++ {
		term *= (b.A + n) * (1 - b.A + n) / ((b.A + 1 + n) * (1 + n)) * x
		sum += term
	}
	return math.Exp(b.A*logX-b.logABeta()) * sum
}

// logABeta is log(A B(A, A)) = log(2 Gamma(1+A)^2 / Gamma(1+2A)), which stays
// exact as A goes to 0 where Gamma(A) itself overflows.
func (b Beta) logABeta() float64 {
	one, _ := math.Lgamma(1 + b.A)
	two, _ := math.Lgamma(1 + 2*b.A)
	return math.Ln2 + 2*one - two
}

func (b Beta) logBeta() float64 { return b.logABeta() - math.Log(b.A) }
