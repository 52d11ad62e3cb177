package data

import (
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// notation is how a table writes numbers and missing values.
type notation struct {
	comma bool // before the decimals
	given bool // marks replaces defaultMarks
	marks []string
	codes []float64 // the marks that are numbers
}

// defaultMarks are the ways in which files write a missing value, in any case,
// beside the empty cell.
var defaultMarks = []string{"?", "NA", "N/A", "NaN", "null"}

func (n *notation) setMarks(marks []string) {
	n.given, n.marks = true, marks
	for _, m := range marks {
		if v, ok := n.number(m); ok {
			n.codes = append(n.codes, v)
		}
	}
}

// missing reports whether a cell stands for a missing value.
func (n *notation) missing(cell string) bool {
	if cell == "" {
		return true
	}
	marks := defaultMarks
	if n.given {
		marks = n.marks
	}
	for _, m := range marks {
		if strings.EqualFold(cell, m) {
			return true
		}
	}
	if len(n.codes) > 0 {
		if v, ok := n.number(cell); ok {
			return slices.Contains(n.codes, v)
		}
	}
	return false
}

// number reads a plain decimal number. One that is too large for a float64, and
// "inf", are infinite.
func (n *notation) number(cell string) (v float64, ok bool) {
	if n.comma {
		if strings.ContainsRune(cell, '.') {
			return 0, false
		}
		cell = strings.Replace(cell, ",", ".", 1)
	}
	for _, c := range []byte(cell) {
		if (c < '0' || c > '9') && c != '.' && c != '-' && c != '+' && c != 'e' && c != 'E' {
			return infinite(cell)
		}
	}
	v, err := strconv.ParseFloat(cell, 64)
	return v, err == nil || math.IsInf(v, 0)
}

func infinite(cell string) (v float64, ok bool) {
	switch strings.ToLower(strings.TrimLeft(cell, "+-")) {
	case "inf", "infinity":
		return math.Inf(1), true
	}
	return 0, false
}

var (
	commaNumber = regexp.MustCompile(`^[+-]?[0-9]*,[0-9]+([eE][+-]?[0-9]+)?$`)
	pointNumber = regexp.MustCompile(`^[+-]?[0-9]*\.[0-9]+([eE][+-]?[0-9]+)?$`)
	// A number with a sign of currency, a percent sign, or marks between its thousands.
	dressedNumber = regexp.MustCompile(`^[$€£¥]?\s?[−+-]?\s?[$€£¥]?\s?[0-9]{1,3}([0-9]*|([,.'’ \x{a0}\x{202f}][0-9]{3})*)([.,][0-9]+)?\s?[$€£¥%]?$`)
	date          = regexp.MustCompile(`(?i)^[0-9]{4}[-/.][0-9]{1,2}[-/.][0-9]{1,2}([T ].*)?$` +
		`|^[0-9]{1,2}[-/.][0-9]{1,2}[-/.]([0-9]{2}|[0-9]{4})([T ].*)?$` +
		`|^[0-9]{4}[-/][0-9]{1,2}$` +
		`|^[0-9]{1,2}:[0-9]{2}(:[0-9]{2}([.,][0-9]+)?)?( ?[ap]\.?m\.?)?$` +
		`|^[0-9]{1,2}[-. ]+(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*[-., ]+[0-9]{2,4}\b` +
		`|^(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*[-. ]+[0-9]{1,2}[, ]+[0-9]{2,4}\b`)
)

// numberish reports whether a cell is a number or a date, however it is written.
func (n *notation) numberish(cell string) bool {
	_, ok := n.number(cell)
	return ok || n.disguise(cell) != ""
}

// disguise says what to do about a text that is meant as a number or a date
// but not written as this notation reads numbers; "" where it is neither.
func (n *notation) disguise(text string) string {
	switch {
	case date.MatchString(text):
		return "is a date or a time: write a number, such as days since the first"
	case n.comma && pointNumber.MatchString(text):
		return "has a decimal point, where decimal=comma says that there are commas"
	case !n.comma && commaNumber.MatchString(text):
		return "has a comma: say decimal=comma where it stands before decimals, and write numbers without it where it parts thousands"
	case dressedNumber.MatchString(text):
		return "is more than a plain number: write it without signs and separators of thousands"
	}
	return ""
}
