// Package nearest finds the known name that a mistyped one most likely meant.
package nearest

// Name returns the entry of known with the smallest edit distance to got, or
// "" when none is close: further away than a third of the longer word, plus
// one. The first of equals wins.
func Name(got string, known []string) string {
	best, bestDistance := "", -1
	for _, k := range known {
		d := distance(got, k)
		if d <= max(len(got), len(k))/3+1 && (bestDistance < 0 || d < bestDistance) {
			best, bestDistance = k, d
		}
	}
	return best
}

// Hint returns `, did you mean "name"?` for the nearest name, or "".
func Hint(got string, known []string) string {
	if n := Name(got, known); n != "" && n != got {
		return `, did you mean "` + n + `"?`
	}
	return ""
}

// distance is the optimal string alignment distance in bytes: insertions,
// deletions, substitutions and swaps of neighbours cost 1 each.
func distance(a, b string) int {
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}
