package onednn

import (
	"fmt"
	"testing"
)

// BenchmarkGroupedGradient times the ways to compute the gradients by weights of ResNeXt-50 32x4d's convolutions with
// groups, in turns, for batches of 4: the least time of each.
func BenchmarkGroupedGradient(b *testing.B) {
	backend := open(b, "")
	defer backend.Finalize()
	for _, c := range []groupedCase{
		{4, 56, 32, 4, 4, 3, 1, 1, 1}, {4, 56, 32, 8, 8, 3, 2, 1, 1}, {4, 28, 32, 8, 8, 3, 1, 1, 1},
		{4, 28, 32, 16, 16, 3, 2, 1, 1}, {4, 14, 32, 16, 16, 3, 1, 1, 1}, {4, 7, 32, 32, 32, 3, 1, 1, 1},
	} {
		b.Run(fmt.Sprintf("%dx%d_%dx%d_stride%d", c.size, c.size, c.groups, c.in, c.stride), func(b *testing.B) {
			benchmarkWays(b, backend, c.weightsGradient())
		})
	}
}
