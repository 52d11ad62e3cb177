package weights

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// MismatchError says how a file differs from the network it is read for.
type MismatchError struct {
	Model      string   // the network's spec
	Missing    []string // tensors the network needs
	Unexpected []string // tensors it has no place for
	Reshaped   []string // tensors of another shape: the name and both shapes
	Head       bool     // only the last layer differs
}

// Error is one line with the first few of each kind.
func (e *MismatchError) Error() string {
	var parts []string
	for _, kind := range []struct {
		what  string
		names []string
	}{{"of another shape", e.Reshaped}, {"missing", e.Missing}, {"unexpected", e.Unexpected}} {
		if len(kind.names) > 0 {
			parts = append(parts, fmt.Sprintf("%d %s (%s)", len(kind.names), kind.what, few(kind.names)))
		}
	}
	return fmt.Sprintf("the file does not fit %s: tensors %s", e.Model, strings.Join(parts, ", "))
}

func few(names []string) string {
	const most = 4
	var first []string
	for _, name := range names[:min(most, len(names))] {
		if strings.ContainsFunc(name, func(r rune) bool { return !unicode.IsPrint(r) }) || !utf8.ValidString(name) {
			name = strconv.Quote(name)
		}
		first = append(first, name)
	}
	if len(names) <= most {
		return strings.Join(first, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(first, ", "), len(names)-most)
}
