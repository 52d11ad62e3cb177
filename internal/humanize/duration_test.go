package humanize

import "testing"

func TestSeconds(t *testing.T) {
	for seconds, want := range map[float64]string{
		0: "0.0 s", 0.44: "0.4 s", 9.94: "9.9 s", 9.96: "10 s", 59.4: "59 s", 59.6: "1 min 0 s", 125: "2 min 5 s", 3599.6: "1 h 0 min",
		4800: "1 h 20 min", 86399: "23 h 59 min", 86400: "1 d 0 h", 273600: "3 d 4 h",
	} {
		if got := Seconds(seconds); got != want {
			t.Errorf("Seconds(%v) = %q, want %q", seconds, got, want)
		}
	}
}
