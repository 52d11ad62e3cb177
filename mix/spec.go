package mix

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// option is one part of a spec: "key=value", or "key" when value is empty.
type option struct{ key, value string }

func (o option) String() string {
	if o.value == "" {
		return o.key
	}
	return o.key + "=" + o.value
}

// wrapperKeys are the options of schedules and probability, in the order a
// spec is written in.
var wrapperKeys = []string{"p", "warmup", "on", "off", "on-images", "off-images", "from", "from-epoch", "settle", "tolerance", "last"}

// specOf writes the spec of a nest: the method inside, then the options of
// all wrappers in the order of wrapperKeys.
func specOf(m Method) string {
	var opts []option
	warmup := "0"
	scheduled := false
	for {
		w, ok := m.(interface {
			wrapper
			option() []option
		})
		if !ok {
			break
		}
		opts = append(opts, w.option()...)
		if s, ok := w.(Warmup); ok {
			warmup = strconv.Itoa(s.Epochs)
		}
		if _, ok := w.(Schedule); ok {
			scheduled = true
		}
		m = w.Unwrap()
	}
	// Parse starts a cycle of epochs after the warm-up, one of images at 0.
	inImages := slices.ContainsFunc(opts, func(o option) bool { return o.key == "on-images" })
	from := warmup
	if inImages {
		from = "0"
	}
	opts = slices.DeleteFunc(opts, func(o option) bool { return o.key == "from" && o.value == from })
	slices.SortStableFunc(opts, func(a, b option) int {
		return cmp.Compare(slices.Index(wrapperKeys, a.key), slices.Index(wrapperKeys, b.key))
	})
	parts := make([]string, len(opts))
	for i, o := range opts {
		parts[i] = o.String()
	}
	base := "<nil>"
	if b, ok := m.(interface{ spec(scheduled bool) string }); ok {
		base = b.spec(scheduled)
	} else if m != nil {
		base = m.String()
	}
	return joinSpec(base, parts)
}

// joinSpec appends options to a spec that may have some.
func joinSpec(base string, opts []string) string {
	if len(opts) == 0 {
		return base
	}
	separator := ":"
	if strings.Contains(base, ":") {
		separator = ","
	}
	return base + separator + strings.Join(opts, ",")
}

func formatFloat(x float64) string { return strconv.FormatFloat(x, 'g', -1, 64) }
