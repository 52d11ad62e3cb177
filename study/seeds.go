package study

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/vicinal-ml/vicinal/internal/humanize"
)

// MostSeeds is the most that a sequential study may have.
const MostSeeds = 1000

// CountedSeeds returns the seeds from 1 to n.
func CountedSeeds(n int) []uint64 {
	seeds := make([]uint64, n)
	for i := range seeds {
		seeds[i] = uint64(i + 1)
	}
	return seeds
}

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

// LooksText writes the looks of a sequential study: "4, 8 and 12".
func LooksText(looks []int) string {
	numbers := make([]string, len(looks))
	for i, n := range looks {
		numbers[i] = strconv.Itoa(n)
	}
	return humanize.Series(numbers, "and")
}
