package onednn

import (
	"fmt"
	"strings"
	"testing"
)

// BenchmarkWinograd times the ways to compute the convolutions of PreActResNet-18 (batch 128), of the zoo's airbench
// (batch 500) and of ResNet-50 (batch 16), in turns: the least time of each.
func BenchmarkWinograd(b *testing.B) {
	backend := open(b, "")
	defer backend.Finalize()
	for _, c := range []groupedCase{
		{128, 32, 1, 64, 64, 3, 1, 1, 1}, {128, 16, 1, 128, 128, 3, 1, 1, 1}, {128, 8, 1, 256, 256, 3, 1, 1, 1}, {128, 4, 1, 512, 512, 3, 1, 1, 1},
		{500, 31, 1, 24, 64, 3, 1, 1, 1}, {500, 15, 1, 64, 256, 3, 1, 1, 1}, {500, 15, 1, 256, 256, 3, 1, 1, 1}, {500, 7, 1, 256, 256, 3, 1, 1, 1}, {500, 3, 1, 256, 256, 3, 1, 1, 1},
		{16, 56, 1, 64, 64, 3, 1, 1, 1}, {16, 14, 1, 256, 256, 3, 1, 1, 1}, {16, 7, 1, 512, 512, 3, 1, 1, 1},
		{100, 32, 1, 16, 16, 3, 1, 1, 1}, {100, 32, 1, 32, 32, 3, 1, 1, 1}, {100, 32, 1, 8, 8, 3, 1, 1, 1},
	} {
		for _, kind := range []convKind{convForward, convBackwardData, convBackwardWeights} {
			b.Run(fmt.Sprintf("%s/%dx%dx%d_%dto%d", strings.ReplaceAll(kind.String(), " ", "-"), c.batch, c.size, c.size, c.in, c.out), func(b *testing.B) {
				conv := c.weightsGradient()
				conv.kind = kind
				benchmarkWays(b, backend, conv)
			})
		}
	}
}
