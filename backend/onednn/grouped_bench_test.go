package onednn

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
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
			conv := c.weightsGradient()
			least := make(map[string]time.Duration)
			run := func() error {
				p := newPlanner(backend, nil)
				defer p.close()
				p.prepare(conv.work())
				for _, way := range conv.candidates(backend) {
					pd, err := conv.primitive(p, way)
					if err != nil {
						continue // Winograd
					}
					d, err := timePrimitive(backend, pd)
					name := strings.ReplaceAll(fmt.Sprintf("%s-merge%d-ms", pd.Implementation(), way.merge), ":", "_")
					pd.Destroy()
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
