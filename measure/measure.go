// Package measure says what the numbers are that runs come to.
//
// A task defines its measures once. Metrics, results, events, CSV files,
// tables, comparisons and plots iterate over them and know none by name: a
// measure that is added to a task shows up in all of them.
//
// A value has a key, the part of the data and the measure's name:
//
//	m := measure.Measure{Name: "error", Title: "%s error", Unit: "%", Better: measure.Lower, Part: measure.Test}
//	m.Key()     // "test_error"
//	m.Heading() // "test error, %"
//
// What was not measured has no value: it is left out of files, and [Values.Get]
// says so.
package measure

import "strings"

// Part is the part of the data that something is measured on.
type Part string

const (
	Validation Part = "validation"
	Test       Part = "test"
	Train      Part = "train"
)

// Parts lists the parts in the order in which they are measured.
func Parts() []Part { return []Part{Validation, Test, Train} }

// prefix begins the keys of the part's values.
func (p Part) prefix() string {
	if p == Validation {
		return "val_"
	}
	return string(p) + "_"
}

// adjective goes before a noun: "training error".
func (p Part) adjective() string {
	if p == Train {
		return "training"
	}
	return string(p)
}

// Better says which way a measure is better.
type Better string

const (
	Lower  Better = "lower"
	Higher Better = "higher"
)

// Measure says what a number is.
type Measure struct {
	Name   string `json:"name"`           // a word of a key: "error", "rmse", "iou_sky"
	Title  string `json:"title"`          // for people, with %s for the part's name: "top-5 %s error"
	Unit   string `json:"unit,omitempty"` // "%", "nats", "USD"; "" for a pure number
	Better Better `json:"better"`
	Part   Part   `json:"part"`
	About  string `json:"about,omitempty"` // what it is, for people: "share of the samples ..."
}

// Key names the measure's values: "val_error", "test_rmse".
func (m Measure) Key() string { return m.Part.prefix() + m.Name }

// Words name the measure within a sentence: "top-5 test error".
func (m Measure) Words() string {
	// A title may come from a file: it is no format, whose widths would be text.
	if before, after, ok := strings.Cut(m.Title, "%s"); ok {
		return before + m.Part.adjective() + after
	}
	return m.Part.adjective() + " " + m.Title
}

// Heading is Words with the unit, for the head of a column or an axis.
func (m Measure) Heading() string {
	if m.Unit == "" {
		return m.Words()
	}
	return m.Words() + ", " + m.Unit
}

// Column names the measure's column in CSV files: "validation_error_percent".
func (m Measure) Column() string {
	name := string(m.Part) + "_" + m.Name
	if m.Unit == "%" {
		name += "_percent"
	}
	return name
}

// Difference is the unit of the difference of two values: that of two
// percentages is percentage points.
func (m Measure) Difference() string {
	if m.Unit == "%" {
		return "points"
	}
	return m.Unit
}

// Improves reports whether a is better than b.
func (m Measure) Improves(a, b float64) bool {
	if m.Better == Higher {
		return a > b
	}
	return a < b
}

// PartOf returns the part of the data that a key belongs to, and the rest of
// it; "" for what is no key.
func PartOf(key string) (part Part, name string) {
	for _, p := range Parts() {
		if rest, ok := strings.CutPrefix(key, p.prefix()); ok && rest != "" {
			return p, rest
		}
	}
	return "", ""
}
