package study

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// SeedsText writes seeds shortly, in their order: "seed 3", "seeds 1 to 5",
// "seeds 1, 4, 9".
func SeedsText(seeds []uint64) string {
	sorted := slices.Sorted(slices.Values(seeds))
	n := len(sorted)
	if n == 1 {
		return fmt.Sprintf("seed %d", sorted[0])
	}
	if n > 2 && sorted[n-1]-sorted[0] == uint64(n-1) {
		return fmt.Sprintf("seeds %d to %d", sorted[0], sorted[n-1])
	}
	numbers := make([]string, n)
	for i, seed := range sorted {
		numbers[i] = strconv.FormatUint(seed, 10)
	}
	return "seeds " + strings.Join(numbers, ", ")
}
