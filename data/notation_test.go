package data

import "testing"

// What is a number, what is one in another form, and what is neither.
func TestNotation(t *testing.T) {
	point, comma := &notation{}, &notation{comma: true}
	for _, test := range []struct {
		n        *notation
		cell     string
		number   bool
		disguise bool
	}{
		{point, "1", true, false}, {point, "-1.5e-3", true, false}, {point, "+.5", true, false}, {point, "1e999", true, false}, {point, "inf", true, false},
		{point, "-Infinity", true, false}, {comma, "1,5", true, false}, {comma, "-0,5e2", true, false}, {comma, "7", true, false},
		{point, "1,5", false, true}, {point, ",5", false, true}, {point, "1,234", false, true}, {point, "1,234.5", false, true}, {point, "1.234,5", false, true},
		{comma, "1.5", false, true}, {comma, "1.234,5", false, true}, {point, "12%", false, true}, {point, "12 %", false, true}, {point, "$5", false, true},
		{point, "-$5.20", false, true}, {point, "5 €", false, true}, {point, "1 234 567", false, true}, {point, "1'234", false, true}, {point, "−5", false, true},
		{point, "2026-01-05", false, true}, {point, "2026/1/5", false, true}, {point, "5.1.2026", false, true}, {point, "05.01.26", false, true}, {point, "1/5/26", false, true},
		{point, "2026-01", false, true}, {point, "2026-01-05 10:00", false, true}, {point, "2026-01-05T10:00:00+02:00", false, true}, {point, "10:30", false, true},
		{point, "10:30:15.25", false, true}, {point, "1:05 pm", false, true}, {point, "5 Jan 2026", false, true}, {point, "05-JAN-26", false, true}, {point, "January 5, 2026", false, true},
		{point, "c0", false, false}, {point, "x1", false, false}, {point, "V2.5", false, false}, {point, "a", false, false}, {point, "NaN", false, false}, {point, "None", false, false},
		{point, "0x10", false, false}, {point, "1_000", false, false}, {point, "12a", false, false}, {point, "3+", false, false}, {point, "1e", false, false}, {point, "-", false, false},
		{point, "1.2.3", false, false}, {point, "5 kg", false, false}, {point, "A-12", false, false}, {point, "may", false, false}, {point, "marble 12", false, false}, {point, "12:3", false, false},
		{point, "q1 2026", false, false}, {point, "<5", false, false}, {point, "5-10", false, false}, {point, "ocean 5, 26", false, false}, {point, "é5", false, false},
	} {
		if _, ok := test.n.number(test.cell); ok != test.number {
			t.Errorf("%q is a number: %v, want %v", test.cell, ok, test.number)
		}
		if what := test.n.disguise(test.cell); !test.number && (what != "") != test.disguise {
			t.Errorf("%q %q, want a disguise: %v", test.cell, what, test.disguise)
		}
	}
}
