package augment

import (
	"fmt"
	"iter"
	"math"
	"slices"
	"strconv"
	"strings"
)

// arguments are those of one operation. They are read one after the other; the
// first error stays.
type arguments struct {
	text string // the operation, for errors
	rest []string
	err  error
}

// operations yields the names and arguments of a spec.
func operations(spec string) iter.Seq2[string, *arguments] {
	return func(yield func(string, *arguments) bool) {
		if spec = strings.TrimSpace(spec); spec == "" || spec == None {
			return
		}
		for text := range strings.SplitSeq(spec, ",") {
			text = strings.TrimSpace(text)
			fields := strings.Split(text, ":")
			if !yield(fields[0], &arguments{text: text, rest: fields[1:]}) {
				return
			}
		}
	}
}

func (a *arguments) fail(format string, args ...any) {
	if a.err == nil {
		a.err = fmt.Errorf("augmentation %q: %w", a.text, fmt.Errorf(format, args...))
	}
}

// finish returns the first error, which may be an argument that nobody read.
func (a *arguments) finish() error {
	if len(a.rest) > 0 {
		a.fail("%q is one argument too many", a.rest[0])
	}
	return a.err
}

func (a *arguments) next() (string, bool) {
	if len(a.rest) == 0 {
		return "", false
	}
	s := a.rest[0]
	a.rest = a.rest[1:]
	return s, true
}

// maxSide bounds sides, so that no product overflows.
const maxSide = 1 << 14

// whole reads a number in [1, maxSide], which may be left out where least is 0.
func (a *arguments) whole(least int) int {
	s, ok := a.next()
	if !ok && least == 0 {
		return 0
	}
	v, err := strconv.Atoi(s)
	if err != nil || v < 1 || v > maxSide {
		a.fail("%q is not a whole number in [1, %d]", s, maxSide)
	}
	return v
}

// sides reads a side, or two as HxW, which may be left out where least is 0.
func (a *arguments) sides(least int) (h, w int) {
	if len(a.rest) > 0 {
		if first, second, ok := strings.Cut(a.rest[0], "x"); ok {
			a.rest = slices.Concat([]string{first, second}, a.rest[1:])
			return a.whole(1), a.whole(1)
		}
	}
	h = a.whole(least)
	return h, h
}

// real reads a number in [0, most], otherwise where it is left out, which is
// an error if that is NaN.
func (a *arguments) real(otherwise, most float64) float64 {
	s, ok := a.next()
	if !ok && !math.IsNaN(otherwise) {
		return otherwise
	}
	return a.number(s, most)
}

func (a *arguments) number(s string, most float64) float64 {
	v, err := strconv.ParseFloat(s, 64)
	if err != nil || !(v >= 0 && v <= most) {
		a.fail("%q is not a number in [0, %g]", s, most)
	}
	return v
}

// span reads a range LOW-HIGH in [0, most], [low, most] where it is left out.
func (a *arguments) span(low, most float64) (from, to float64) {
	s, ok := a.next()
	if !ok {
		return low, most
	}
	first, second, ok := strings.Cut(s, "-")
	if !ok {
		a.fail("%q is not a range, such as %g-%g", s, low, most)
		return low, most
	}
	from, to = a.number(first, most), a.number(second, most)
	if from > to || to == 0 {
		a.fail("%q is an empty range", s)
	}
	return from, to
}

// word reports whether the next argument, which may be left out, is w; nothing
// else can be there.
func (a *arguments) word(w string) bool {
	s, ok := a.next()
	if ok && s != w {
		a.fail("%q is not %q", s, w)
	}
	return ok
}
