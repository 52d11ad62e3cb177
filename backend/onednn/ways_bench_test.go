package onednn

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// benchmarkWays times the ways to compute conv, in turns, and reports the least time of each.
func benchmarkWays(b *testing.B, backend *Backend, conv *convolution) {
	b.Helper()
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
			name := "own-ms"
			if !way.own {
				name = strings.ReplaceAll(fmt.Sprintf("%s-merge%d-ms", way.pd.Implementation(), way.merge), ":", "_")
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
}
