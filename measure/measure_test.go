package measure

import (
	"math"
	"strconv"
	"testing"

	"pgregory.net/rapid"
)

// A key gives back the part and the name that it is made of.
func TestPartOfKey(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := Measure{Name: rapid.StringN(1, 20, -1).Draw(t, "name"), Part: rapid.SampledFrom(Parts()).Draw(t, "part")}
		if part, name := PartOf(m.Key()); part != m.Part || name != m.Name {
			t.Fatalf("%q is %q of %q, want %q of %q", m.Key(), name, part, m.Name, m.Part)
		}
	})
	for _, key := range []string{"", "val_", "test_", "train", "loss", "_error", "validation_error", "Test_error"} {
		if part, name := PartOf(key); part != "" || name != "" {
			t.Errorf("%q is %q of %q", key, name, part)
		}
	}
}

func TestNames(t *testing.T) {
	for _, c := range []struct {
		m                                       Measure
		key, words, heading, column, difference string
	}{
		{Measure{Name: "error", Title: "%s error", Unit: "%", Part: Test}, "test_error", "test error", "test error, %", "test_error_percent", "points"},
		{Measure{Name: "top5_error", Title: "top-5 %s error", Unit: "%", Part: Validation}, "val_top5_error", "top-5 validation error", "top-5 validation error, %", "validation_top5_error_percent", "points"},
		{Measure{Name: "rmse", Title: "%s RMSE", Part: Train}, "train_rmse", "training RMSE", "training RMSE", "train_rmse", ""},
		{Measure{Name: "loss", Title: "loss", Unit: "nats", Part: Train}, "train_loss", "training loss", "training loss, nats", "train_loss", "nats"},
	} {
		for _, s := range []struct{ what, got, want string }{
			{"key", c.m.Key(), c.key}, {"words", c.m.Words(), c.words}, {"heading", c.m.Heading(), c.heading},
			{"column", c.m.Column(), c.column}, {"difference", c.m.Difference(), c.difference},
		} {
			if s.got != s.want {
				t.Errorf("%s of %+v: %q, want %q", s.what, c.m, s.got, s.want)
			}
		}
	}
}

func TestImproves(t *testing.T) {
	lower, higher := Measure{Better: Lower}, Measure{Better: Higher}
	if !lower.Improves(1, 2) || lower.Improves(2, 1) || lower.Improves(1, 1) || !higher.Improves(2, 1) || higher.Improves(1, 2) || higher.Improves(1, 1) {
		t.Error("the better one is not told")
	}
	for _, m := range []Measure{lower, higher} {
		if m.Improves(math.NaN(), 1) || m.Improves(1, math.NaN()) {
			t.Error("what was not measured is better, or worse")
		}
	}
}

// Decimals shows four digits, 2 decimals of what has a known scale.
func TestDecimals(t *testing.T) {
	for _, c := range []struct {
		unit string
		x    float64
		want string
	}{
		{"%", 12.3456, "12.35"}, {"nats", 0.00123, "0.00"}, {"", 0, "0.00"},
		{"", 1.23456, "1.235"}, {"", 12.3456, "12.35"}, {"", 123.456, "123.5"}, {"", 1234.56, "1235"}, {"USD", 69123.4, "69123"},
		{"", 0.0123456, "0.01235"}, {"", -0.5, "-0.5000"}, {"", 1e-12, "0.00000000"}, {"", 1e300, strconv.FormatFloat(1e300, 'f', 0, 64)},
		{"", 5e-324, "0.00000000"},
	} {
		if got := strconv.FormatFloat(c.x, 'f', Measure{Unit: c.unit}.Decimals(c.x), 64); got != c.want {
			t.Errorf("%v %s is shown as %s, want %s", c.x, c.unit, got, c.want)
		}
	}
	for _, x := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		if got := (Measure{}).Decimals(x); got != 2 {
			t.Errorf("%v: %d", x, got)
		}
	}
}
