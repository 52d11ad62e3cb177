package study

import (
	"strings"

	"github.com/vicinal-ml/vicinal/data"
)

// Source says what the data of a study is and where it comes from, as far as
// that is known of its name; the data itself is not looked at.
type Source struct {
	Title  string // "" where the name is of the user's own files
	Origin string // title, citation, address and licence in a line
}

// Source returns that of the spec's data.
func (s Spec) Source() Source {
	info, _, _ := data.Describe(s.Data) // what is not known stays empty
	source := Source{Title: info.Title}
	var parts []string
	for _, part := range []string{info.Title, info.Citation, info.Source} {
		if part != "" {
			parts = append(parts, strings.TrimSuffix(part, "."))
		}
	}
	if info.Licence != "" {
		parts = append(parts, "licence: "+info.Licence)
	}
	source.Origin = strings.Join(parts, ". ")
	return source
}
