package measure

import "math"

// Number is a measure with what it came to.
type Number struct {
	Measure
	Value float64 `json:"value"` // finite
}

// Table is what a run came to: the measures that have a value, in their order.
type Table []Number

// Fill returns the table of the measures that have a value.
func Fill(measures []Measure, values Values) Table {
	var t Table
	for _, m := range measures {
		if x, ok := values.Get(m.Key()); ok {
			t = append(t, Number{m, x})
		}
	}
	return t
}

// Values are the table's numbers by their keys.
func (t Table) Values() Values {
	var v Values
	for _, n := range t {
		v = append(v, Value{n.Key(), n.Value})
	}
	return v
}

// Of returns the value of a key, NaN where there is none.
func (t Table) Of(key string) float64 {
	for _, n := range t {
		if n.Key() == key {
			return n.Value
		}
	}
	return math.NaN()
}
