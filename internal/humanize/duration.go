package humanize

import "fmt"

// Seconds is a time, not negative, in its two largest units: "0.4 s", "35 s",
// "2 min 5 s", "1 h 20 min", "3 d 4 h". Below 10 s it has one decimal; what
// comes after the second unit is cut off.
func Seconds(seconds float64) string {
	const minute, hour, day = 60, 60 * 60, 24 * 60 * 60
	s := int64(seconds + 0.5)
	switch {
	case seconds < 9.95:
		return fmt.Sprintf("%.1f s", seconds)
	case s < minute:
		return fmt.Sprintf("%d s", s)
	case s < hour:
		return fmt.Sprintf("%d min %d s", s/minute, s%minute)
	case s < day:
		return fmt.Sprintf("%d h %d min", s/hour, s%hour/minute)
	}
	return fmt.Sprintf("%d d %d h", s/day, s%day/hour)
}
