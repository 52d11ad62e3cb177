package measure

import (
	"math"
	"slices"
)

// Value is one number that was measured, under its key.
type Value struct {
	Key   string
	Value float64 // finite
}

// Values are what was measured at one time, in the order of the measures.
type Values []Value

// Get returns the value of a key, and whether it was measured.
func (v Values) Get(key string) (float64, bool) {
	i := slices.IndexFunc(v, func(w Value) bool { return w.Key == key })
	if i < 0 {
		return 0, false
	}
	return v[i].Value, true
}

// Of returns the value of a key, NaN where it was not measured.
func (v Values) Of(key string) float64 {
	if x, ok := v.Get(key); ok {
		return x
	}
	return math.NaN()
}

// Add appends a value, unless it is NaN: what was not measured is left out.
func (v *Values) Add(key string, x float64) {
	if !math.IsNaN(x) {
		*v = append(*v, Value{key, x})
	}
}

// Has reports whether anything was measured on a part.
func (v Values) Has(part Part) bool {
	return slices.ContainsFunc(v, func(w Value) bool { p, _ := PartOf(w.Key); return p == part })
}
