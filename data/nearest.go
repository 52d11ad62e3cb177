package data

// nearest returns the name with the smallest edit distance to s, "" where
// that distance is more than a third of the longer name.
func nearest(s string, names []string) string {
	best, at := "", 0
	for _, n := range names {
		d := distance(s, n)
		if 3*d <= max(len(s), len(n))+2 && (best == "" || d < at) {
			best, at = n, d
		}
	}
	return best
}

// distance is Levenshtein's: insertions, deletions and substitutions of bytes.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost = 1 + min(diagonal, row[j], row[j+1])
			}
			diagonal, row[j+1] = row[j+1], cost
		}
	}
	return row[len(b)]
}
