package report

import (
	"fmt"
	"strconv"
	"strings"
)

// thousands is n with its digits in groups of three: 1,240,000.
func thousands(n int64) string {
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// count is a number of things: "1 epoch", "1,000 epochs".
func count(n int, thing string) string {
	if n != 1 {
		thing += "s"
	}
	return thousands(int64(n)) + " " + thing
}

// duration is a time in the two largest units that matter: 0.4 s, 35 s,
// 2 min 5 s, 1 h 20 min, 3 d 4 h.
func duration(seconds float64) string {
	s := int64(seconds + 0.5)
	switch {
	case seconds < 9.95:
		return number(seconds, 1) + " s"
	case s < 60:
		return fmt.Sprintf("%d s", s)
	case s < 3600:
		return fmt.Sprintf("%d min %d s", s/60, s%60)
	case s < 86400:
		return fmt.Sprintf("%d h %d min", s/3600, s%3600/60)
	}
	return fmt.Sprintf("%d d %d h", s/86400, s%86400/3600)
}

// scaled is a count with a prefix of the decimal system: "3.3 G", "912 k".
func scaled(x float64) string {
	for _, unit := range []struct {
		at   float64
		name string
	}{{1e18, "E"}, {1e15, "P"}, {1e12, "T"}, {1e9, "G"}, {1e6, "M"}, {1e3, "k"}} {
		if x >= 0.9995*unit.at {
			return strconv.FormatFloat(x/unit.at, 'g', 3, 64) + " " + unit.name
		}
	}
	return strconv.FormatFloat(x, 'g', 3, 64) + " "
}

// enumerate joins names as a sentence does: "a, b or c".
func enumerate(names []string, conjunction string) string {
	last := len(names) - 1
	if last < 1 {
		return strings.Join(names, "")
	}
	return strings.Join(names[:last], ", ") + " " + conjunction + " " + names[last]
}
