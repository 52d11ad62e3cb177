package onednn

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
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
				least := make(map[string]time.Duration)
				run := func() error {
					p := newPlanner(backend, nil)
					defer p.close()
					p.prepare(conv.work())
					for _, candidate := range conv.candidates(backend) {
						way := way{candidate: candidate}
						if err := conv.prepare(p, &way); err != nil || way.pd == nil {
							continue // the library's Winograd
						}
						d, err := way.time(backend)
						name := strings.ReplaceAll(way.pd.Implementation(), ":", "_") + "-ms"
						if way.own {
							name = "own-ms"
						}
						way.close()
						if err != nil {
							return err
						}
						if best, ok := least[name]; !ok || d < best {
							least[name] = d
						}
					}
					return nil
				}
				for b.Loop() {
					if err := backend.executor.run(run); err != nil {
						b.Fatal(err)
					}
				}
				var names []string
				for name := range least {
					names = append(names, name)
				}
				slices.Sort(names)
				for _, name := range names {
					b.ReportMetric(float64(least[name].Microseconds())/1000, name)
				}
			})
		}
	}
}
