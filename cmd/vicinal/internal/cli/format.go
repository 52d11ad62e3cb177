package cli

import (
	"fmt"
	"strconv"
	"time"
)

// thousands is n with its digits in groups of three: 1,240,000.
func thousands(n int64) string {
	s := strconv.FormatInt(n, 10)
	from := 0
	if n < 0 {
		from = 1
	}
	for i := len(s) - 3; i > from; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// duration is d in the two largest units that matter: 0.4 s, 35 s, 2 min 05 s, 1 h 20 min, 3 d 4 h.
func duration(d time.Duration) string {
	s := int64(d.Seconds() + 0.5)
	switch {
	case d < 9950*time.Millisecond:
		return fmt.Sprintf("%.1f s", d.Seconds())
	case s < 60:
		return fmt.Sprintf("%d s", s)
	case s < 3600:
		return fmt.Sprintf("%d min %02d s", s/60, s%60)
	case s < 86400:
		return fmt.Sprintf("%d h %02d min", s/3600, s%3600/60)
	default:
		return fmt.Sprintf("%d d %d h", s/86400, s%86400/3600)
	}
}

// scaled is x with a prefix of the decimal system: 3.3 G, 912 k.
func scaled(x float64) string {
	for _, unit := range []struct {
		at   float64
		name string
	}{{1e15, " P"}, {1e12, " T"}, {1e9, " G"}, {1e6, " M"}, {1e3, " k"}} {
		if x >= 0.9995*unit.at {
			return fmt.Sprintf("%.3g%s", x/unit.at, unit.name)
		}
	}
	return fmt.Sprintf("%.3g ", x)
}

// durationOf is duration of a number of seconds.
func durationOf(seconds float64) string {
	return duration(time.Duration(seconds * float64(time.Second)))
}
