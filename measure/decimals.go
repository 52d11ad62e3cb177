package measure

import "math"

// Decimals is how many digits after the point tell values of about the size x
// apart: 2 of percentages and nats, of the rest what gives four digits in all.
func (m Measure) Decimals(x float64) int {
	const digits, most = 4, 8
	if m.Unit == "%" || m.Unit == "nats" || x == 0 || math.IsInf(x, 0) || math.IsNaN(x) {
		return 2
	}
	return min(max(digits-1-int(math.Floor(math.Log10(math.Abs(x)))), 0), most)
}
