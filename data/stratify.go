package data

import (
	"slices"

	"github.com/vicinal-ml/vicinal/stream"
)

// SplitSeed is the seed of every split that a set's source does not make
// itself.
const SplitSeed = 1

// groups returns the indices of each class in order; one group of all n
// samples where there are no labels.
func groups(labels []int32, classes, n int) [][]int32 {
	if labels == nil {
		all := make([]int32, n)
		for i := range all {
			all[i] = int32(i)
		}
		return [][]int32{all}
	}
	g := make([][]int32, classes)
	for i, k := range labels {
		g[k] = append(g[k], int32(i))
	}
	return g
}

// permute shuffles each group by its own place in the stream, so that a
// change to one class moves no other.
func permute(g [][]int32, s stream.Stream) {
	for c := range g {
		order := make([]int32, len(g[c]))
		rand := s.At(uint64(c), 0)
		rand.Perm(order)
		for i, k := range order {
			order[i] = g[c][k]
		}
		g[c] = order
	}
}

// apportion divides total over groups in proportion to their sizes, by
// largest remainders, leaving at least keep in each group that has as many.
// The sum is less than total where the groups do not hold it.
func apportion(total int, sizes []int, keep int) []int {
	sum := 0
	for _, s := range sizes {
		sum += s
	}
	counts := make([]int, len(sizes))
	if sum == 0 {
		return counts
	}
	type remainder struct{ group, of int }
	rest := make([]remainder, len(sizes))
	left := total
	for c, s := range sizes {
		limit := max(s-keep, 0)
		counts[c] = min(total*s/sum, limit)
		rest[c] = remainder{c, total * s % sum}
		left -= counts[c]
	}
	slices.SortStableFunc(rest, func(a, b remainder) int { return b.of - a.of })
	for left > 0 {
		before := left
		for _, r := range rest {
			if left > 0 && counts[r.group] < sizes[r.group]-keep {
				counts[r.group]++
				left--
			}
		}
		if left == before {
			break
		}
	}
	return counts
}

// take cuts the first counts[c] indices off each group and returns them
// sorted.
func take(g [][]int32, counts []int) []int32 {
	n := 0
	for _, c := range counts {
		n += c
	}
	taken := make([]int32, 0, n)
	for c := range g {
		taken = append(taken, g[c][:counts[c]]...)
		g[c] = g[c][counts[c]:]
	}
	slices.Sort(taken)
	return taken
}

// count returns the number of samples in all groups.
func count(g [][]int32) int {
	n := 0
	for _, c := range g {
		n += len(c)
	}
	return n
}

func sizes(g [][]int32) []int {
	s := make([]int, len(g))
	for c := range g {
		s[c] = len(g[c])
	}
	return s
}
