package weights

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/vicinal-ml/vicinal/internal/humanize"
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

// few names the first of many tensors.
func few(names []string) string {
	shown := make([]string, len(names))
	for i, name := range names {
		if shown[i] = name; strings.ContainsFunc(name, func(r rune) bool { return !unicode.IsPrint(r) }) || !utf8.ValidString(name) {
			shown[i] = strconv.Quote(name)
		}
	}
	return humanize.Few(shown, 4)
}
