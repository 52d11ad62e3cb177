package humanize

import (
	"math"
	"testing"
)

func TestThousands(t *testing.T) {
	for n, want := range map[int64]string{
		0: "0", 999: "999", 1000: "1,000", -1000: "-1,000", -100: "-100", 1234567: "1,234,567", -123456: "-123,456",
		math.MinInt64: "-9,223,372,036,854,775,808",
	} {
		if got := Thousands(n); got != want {
			t.Errorf("Thousands(%d) = %q, want %q", n, got, want)
		}
	}
}

func TestCount(t *testing.T) {
	for n, want := range map[int]string{0: "0 epochs", 1: "1 epoch", 2: "2 epochs", 1000: "1,000 epochs"} {
		if got := Count(n, "epoch"); got != want {
			t.Errorf("Count(%d) = %q, want %q", n, got, want)
		}
	}
}

func TestSI(t *testing.T) {
	for x, want := range map[float64]string{
		0: "0 ", 0.25: "0.25 ", 12: "12 ", 999.4: "999 ", 999.9: "1 k", 1234: "1.23 k", 912000: "912 k", 999999: "1 M", 3.3e9: "3.3 G",
		3.3e16: "33 P", 2e19: "20 E",
	} {
		if got := SI(x); got != want {
			t.Errorf("SI(%g) = %q, want %q", x, got, want)
		}
	}
}
