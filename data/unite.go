package data

import (
	"cmp"
	"maps"
	"math"
	"slices"
)

// unite gives each of the texts the number of its category and returns the
// categories' sorted names. Texts that are equal numbers are one category,
// called by the shortest of them.
func (n *notation) unite(texts map[string]int32) []string {
	shortest := make(map[float64]string)
	names := make(map[string]bool)
	for text := range texts {
		v, ok := n.exact(text)
		if !ok {
			names[text] = true
			continue
		}
		best, seen := shortest[v]
		if !seen || cmp.Or(cmp.Compare(len(text), len(best)), cmp.Compare(text, best)) < 0 {
			shortest[v] = text
		}
	}
	for _, text := range shortest {
		names[text] = true
	}
	sorted := slices.Sorted(maps.Keys(names))
	of := n.index(sorted)
	for text := range texts {
		texts[text], _ = of(text)
	}
	return sorted
}

// index returns a function that finds the number of a text's category among
// names: the one that is called so, or is the same number.
func (n *notation) index(names []string) func(text string) (k int32, ok bool) {
	byName, byValue := make(map[string]int32), make(map[float64]int32)
	for k, name := range names {
		byName[name] = int32(k)
		if v, ok := n.exact(name); ok {
			byValue[v] = int32(k)
		}
	}
	return func(text string) (int32, bool) {
		if k, ok := byName[text]; ok {
			return k, true
		}
		if v, ok := n.exact(text); ok {
			k, ok := byValue[v]
			return k, ok
		}
		return 0, false
	}
}

// exact is number, for those that a float64 tells apart from their neighbours
// among the whole numbers: long identifiers are not rounded to each other.
func (n *notation) exact(text string) (v float64, ok bool) {
	v, ok = n.number(text)
	return v, ok && math.Abs(v) < 1<<53
}

// inOrder returns the names in numeric order where all are numbers, otherwise
// as they are.
func (n *notation) inOrder(names []string) []string {
	for _, name := range names {
		if _, ok := n.number(name); !ok {
			return names
		}
	}
	return slices.SortedStableFunc(slices.Values(names), func(a, b string) int {
		x, _ := n.number(a)
		y, _ := n.number(b)
		return cmp.Compare(x, y)
	})
}
