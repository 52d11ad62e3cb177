package cli

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/vicinal-ml/vicinal/mix"
)

// numbers is a flag's comma-separated list of finite numbers. Giving the flag again replaces the list.
type numbers []float64

func (n *numbers) String() string {
	parts := make([]string, len(*n))
	for i, x := range *n {
		parts[i] = strconv.FormatFloat(x, 'g', -1, 64)
	}
	return strings.Join(parts, ",")
}

func (n *numbers) Set(text string) error {
	var list numbers
	for part := range strings.SplitSeq(text, ",") {
		x, err := strconv.ParseFloat(strings.TrimSpace(part), 64)
		if err != nil || math.IsNaN(x) || math.IsInf(x, 0) {
			return fmt.Errorf("%q is no finite number", part)
		}
		list = append(list, x)
	}
	*n = list
	return nil
}

func (n *numbers) Type() string { return "list" }

// methods is a flag's comma-separated list of the specs of methods.
type methods []string

func (m *methods) String() string { return strings.Join(*m, ",") }

func (m *methods) Set(text string) error {
	*m = mix.SplitList(text)
	return nil
}

func (m *methods) Type() string { return "list" }

// seeds is a flag's seeds: a number alone is how many, counted from 1; otherwise a list of numbers and
// ranges, as in 1,2,10-12.
type seeds []uint64

// maxSeeds bounds a list, against a slip such as 1-50000000.
const maxSeeds = 10000

func (s *seeds) String() string { return seedRanges(*s) }

func (s *seeds) Set(text string) error {
	if n, err := strconv.ParseUint(strings.TrimSpace(text), 10, 64); err == nil {
		if n == 0 {
			return fmt.Errorf("at least one seed is needed")
		}
		text = fmt.Sprintf("1-%d", n)
	}
	var list seeds
	seen := make(map[uint64]bool)
	for part := range strings.SplitSeq(text, ",") {
		from, to, isRange := strings.Cut(strings.TrimSpace(part), "-")
		first, err := strconv.ParseUint(from, 10, 64)
		last := first
		if err == nil && isRange {
			last, err = strconv.ParseUint(to, 10, 64)
		}
		switch {
		case err != nil:
			return fmt.Errorf("%q is no seed; write how many, such as 5, or a list such as 1,2,10-12", part)
		case last < first:
			return fmt.Errorf("the range %q runs backwards", part)
		case last-first >= maxSeeds-uint64(len(list)):
			return fmt.Errorf("more than %d seeds", maxSeeds)
		}
		for seed := first; ; seed++ {
			if seen[seed] {
				return fmt.Errorf("seed %d is given twice", seed)
			}
			seen[seed] = true
			list = append(list, seed)
			if seed == last {
				break
			}
		}
	}
	*s = list
	return nil
}

func (s *seeds) Type() string { return "list" }

// seedRanges writes seeds as a list in which runs are ranges: 1-5,9.
func seedRanges(list []uint64) string {
	var parts []string
	for i := 0; i < len(list); {
		j := i
		for j+1 < len(list) && list[j+1] == list[j]+1 {
			j++
		}
		switch {
		case j == i:
			parts = append(parts, strconv.FormatUint(list[i], 10))
		case j == i+1:
			parts = append(parts, strconv.FormatUint(list[i], 10), strconv.FormatUint(list[j], 10))
		default:
			parts = append(parts, fmt.Sprintf("%d-%d", list[i], list[j]))
		}
		i = j + 1
	}
	return strings.Join(parts, ",")
}

// seedWords is "seed 3" or "seeds 1-5,9".
func seedWords(list []uint64) string {
	if len(list) == 1 {
		return "seed " + seedRanges(list)
	}
	return "seeds " + seedRanges(list)
}
