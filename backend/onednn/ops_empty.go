package onednn

import (
	"slices"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/shapes"
)

// emptied are the operands of an operation that broadcasts, those of size 1 along an axis cut to 0 where another one has
// size 0 there: the result has 0 too. GoMLX infers the larger of both, 1, and then reads an element that is not there.
func (f *Function) emptied(operands ...compute.Value) ([]compute.Value, error) {
	given := make([]shapes.Shape, len(operands))
	empty := false
	for i, v := range operands {
		s, err := f.Shape(v)
		if err != nil {
			return operands, nil // the operation itself says what is wrong
		}
		given[i] = s
		empty = empty || slices.Contains(s.Dimensions, 0)
	}
	if !empty {
		return operands, nil
	}
	operands = slices.Clone(operands)
	for i, s := range given {
		limits := slices.Clone(s.Dimensions)
		for _, other := range given {
			if other.Rank() != s.Rank() {
				continue
			}
			for axis, n := range other.Dimensions {
				if n == 0 && limits[axis] == 1 {
					limits[axis] = 0
				}
			}
		}
		if slices.Equal(limits, s.Dimensions) {
			continue
		}
		var err error
		if operands[i], err = f.Slice(operands[i], make([]int, s.Rank()), limits, nil); err != nil {
			return nil, err
		}
	}
	return operands, nil
}
