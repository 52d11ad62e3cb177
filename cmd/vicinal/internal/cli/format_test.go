package cli

import (
	"testing"
	"time"
)

func TestThousands(t *testing.T) {
	for n, want := range map[int64]string{0: "0", 999: "999", 1000: "1,000", -1000: "-1,000", -100: "-100", 1234567: "1,234,567"} {
		if got := thousands(n); got != want {
			t.Errorf("thousands(%d) = %q, want %q", n, got, want)
		}
	}
}

func TestDuration(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "0.0 s", 440 * time.Millisecond: "0.4 s", 9960 * time.Millisecond: "10 s", 59600 * time.Millisecond: "1 min 00 s",
		125 * time.Second: "2 min 05 s", 80 * time.Minute: "1 h 20 min", 76 * time.Hour: "3 d 4 h",
	} {
		if got := duration(d); got != want {
			t.Errorf("duration(%v) = %q, want %q", d, got, want)
		}
	}
}

func TestScaled(t *testing.T) {
	for x, want := range map[float64]string{0: "0 ", 12: "12 ", 999.9: "1 k", 1234: "1.23 k", 3.3e9: "3.3 G", 3.3e16: "33 P"} {
		if got := scaled(x); got != want {
			t.Errorf("scaled(%g) = %q, want %q", x, got, want)
		}
	}
}
