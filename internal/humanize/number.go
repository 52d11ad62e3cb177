package humanize

import "strconv"

// Thousands is n with its digits in groups of three: "1,240,000".
func Thousands(n int64) string {
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// Count is a number of things: "1 epoch", "1,000 epochs".
func Count(n int, thing string) string {
	if n != 1 {
		thing += "s"
	}
	return Thousands(int64(n)) + " " + thing
}

// SI is x to three digits with a prefix of the decimal system, which the unit
// is to follow: "3.3 G", "912 k", "12 ".
func SI(x float64) string {
	for _, prefix := range []struct {
		at   float64
		name string
	}{{1e18, "E"}, {1e15, "P"}, {1e12, "T"}, {1e9, "G"}, {1e6, "M"}, {1e3, "k"}} {
		if x >= 0.9995*prefix.at {
			return strconv.FormatFloat(x/prefix.at, 'g', 3, 64) + " " + prefix.name
		}
	}
	return strconv.FormatFloat(x, 'g', 3, 64) + " "
}
