package data

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"sync/atomic"

	"golang.org/x/sync/errgroup"
)

// verdicts are what examining samples came to, by their number.
type verdicts struct {
	mu      sync.Mutex
	sums    []contentSum
	bytes   int64
	labels  []contentSum // nil where pixels have none
	classes [][4]uint64
	odd     map[int]string
	broken  map[int]error // why
}

// examineAll examines n samples, of which at gives the split and the place
// there, on every core. told, if it is not nil, is called after each, never by
// two goroutines at once. Memory grows with n by the sums alone, and with what
// is broken or odd.
func examineAll(ctx context.Context, n int, at func(k int) (examined, int), told func(done int)) (*verdicts, error) {
	v := &verdicts{sums: make([]contentSum, n), odd: make(map[int]string), broken: make(map[int]error)}
	if split, _ := at(0); n > 0 {
		if _, ok := split.(*scenes); ok {
			v.labels, v.classes = make([]contentSum, n), make([][4]uint64, n)
		}
	}
	var next atomic.Int64
	done := 0
	group, ctx := errgroup.WithContext(ctx)
	for range min(runtime.GOMAXPROCS(0), n) {
		group.Go(func() error {
			var e examination
			for {
				k := int(next.Add(1)) - 1
				if k >= n {
					return nil
				}
				split, i := at(k)
				e.sum, e.bytes, e.odd, e.labels, e.classes = contentSum{}, 0, "", contentSum{}, [4]uint64{}
				err := split.examine(ctx, i, &e)
				broken, ok := errors.AsType[*BrokenError](err)
				if err != nil && !ok {
					return err
				}
				v.mu.Lock()
				v.sums[k] = e.sum
				if v.labels != nil {
					v.labels[k], v.classes[k] = e.labels, e.classes
				}
				v.bytes += e.bytes
				if e.odd != "" {
					v.odd[k] = e.odd
				}
				if ok {
					v.broken[k] = broken.Err
				}
				done++
				if told != nil {
					told(done)
				}
				v.mu.Unlock()
			}
		})
	}
	return v, group.Wait()
}
