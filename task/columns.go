package task

import (
	"fmt"
	"strings"
	"unicode"

	"github.com/gomlx/gomlx/core/graph"
)

// columns puts numbers of each sample, [N] or [N k], beside each other.
func columns(parts ...*graph.Node) *graph.Node {
	beside := make([]*graph.Node, len(parts))
	for i, p := range parts {
		if p.Rank() == 1 {
			p = graph.InsertAxes(p, -1)
		}
		beside[i] = p
	}
	return graph.Concatenate(beside, 1)
}

// words makes of names what can stand in a key: small letters, digits and
// underscores. Names that come to the same are told apart by numbers.
func words(names []string) []string {
	all := make([]string, len(names))
	seen := map[string]bool{}
	for i, name := range names {
		word := strings.Trim(strings.Map(func(r rune) rune {
			if unicode.IsLetter(r) || unicode.IsDigit(r) {
				return unicode.ToLower(r)
			}
			return '_'
		}, name), "_")
		if word == "" || seen[word] {
			word = strings.TrimPrefix(fmt.Sprintf("%s_%d", word, i+1), "_")
		}
		for seen[word] {
			word += "_"
		}
		seen[word] = true
		all[i] = word
	}
	return all
}

// each names a column of each of some words: "pred_a", "pred_b".
func each(prefix string, words []string) []string {
	var names []string
	for _, w := range words {
		names = append(names, prefix+"_"+w)
	}
	return names
}
