package data

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"github.com/vicinal-ml/vicinal/data/internal/photo"
)

// sceneLook is what looking at all pairs of pictures and labels has found.
type sceneLook struct {
	first [256]int32       // the first pair with each label, -1 for none
	sizes map[[2]int]int32 // the first pair with a picture of so many rows and columns, upright
}

// pair is a picture and its labels.
type pair struct{ picture, labels string }

// knownScenes are the looks of this process, for a comparison opens its set for
// every run: from filesKey to *sceneLook.
var knownScenes sync.Map

// lookAt reads the labels of all pairs and the heads of their pictures, on every
// core. The error is that of the first pair that does not fit together; broken
// ones are passed over where lenient.
func lookAt(ctx context.Context, pairs []pair, lenient bool) (*sceneLook, error) {
	paths := make([]string, 0, 2*len(pairs))
	for _, p := range pairs {
		paths = append(paths, p.picture, p.labels)
	}
	key, err := filesKeyOf(ctx, paths)
	if err != nil {
		return nil, err
	}
	if known, ok := knownScenes.Load(key); ok {
		return known.(*sceneLook), nil
	}
	l := &sceneLook{sizes: make(map[[2]int]int32)}
	for v := range l.first {
		l.first[v] = -1
	}
	var mu sync.Mutex
	var next atomic.Int64
	failed, failure := len(pairs), error(nil)
	group, ctx := errgroup.WithContext(ctx)
	for range min(runtime.GOMAXPROCS(0), len(pairs)) {
		group.Go(func() error {
			var r sceneReader
			for {
				k := int(next.Add(1)) - 1
				if k >= len(pairs) || ctx.Err() != nil {
					return ctx.Err()
				}
				seen, size, err := r.look(pairs[k])
				mu.Lock()
				switch _, broken := errors.AsType[*BrokenError](err); {
				case err == nil:
					l.add(int32(k), &seen, size)
				case broken && lenient:
				case k < failed:
					failed, failure = k, err
					next.Store(int64(len(pairs))) // those before it are being read
				}
				mu.Unlock()
			}
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	if failure != nil {
		return nil, failure
	}
	if !lenient {
		knownScenes.Store(key, l)
	}
	return l, nil
}

// look reads the labels of a pair and the size of its picture, upright.
func (r *sceneReader) look(p pair) (seen [256]bool, size [2]int, err error) {
	if r.file, err = readInto(r.file, p.picture); err != nil {
		return seen, size, err
	}
	h, w, orientation, err := photo.Size(r.file)
	if err != nil {
		return seen, size, &BrokenError{p.picture, err}
	}
	if err := r.decodeLabels(p.labels); err != nil {
		return seen, size, err
	}
	if err := fitTogether(p.picture, p.labels, h, w, orientation, &r.labels); err != nil {
		return seen, size, err
	}
	for _, v := range r.labels.Pix {
		seen[v] = true
	}
	return seen, [2]int{h, w}, nil
}

// add takes what look found of pair k. What l is in the end depends on no order.
func (l *sceneLook) add(k int32, seen *[256]bool, size [2]int) {
	for v, there := range seen {
		if there && (l.first[v] < 0 || k < l.first[v]) {
			l.first[v] = k
		}
	}
	if first, known := l.sizes[size]; !known || k < first {
		l.sizes[size] = k
	}
}

// largest returns the largest label that is not void, -1 for none.
func (l *sceneLook) largest(void int) int {
	for v := len(l.first) - 1; v >= 0; v-- {
		if l.first[v] >= 0 && v != void {
			return v
		}
	}
	return -1
}

// fewFiles reports whether files are so few and small that they are looked at
// whenever their set is opened.
func fewFiles(pairs []pair) bool {
	if 2*len(pairs) > glanceFiles {
		return false
	}
	bytes := int64(0)
	for _, p := range pairs {
		for _, path := range []string{p.picture, p.labels} {
			if stat, err := os.Stat(path); err == nil {
				bytes += stat.Size()
			}
		}
	}
	return bytes <= glanceBytes
}

// common returns the size that all pictures have.
func (l *sceneLook) common(pairs []pair) (h, w int, err error) {
	sizes := slices.SortedFunc(maps.Keys(l.sizes), func(a, b [2]int) int { return cmp.Compare(l.sizes[a], l.sizes[b]) })
	switch len(sizes) {
	case 0:
		return 0, 0, errors.New("no picture can be read")
	case 1:
		return sizes[0][0], sizes[0][1], nil
	}
	a, b := sizes[0], sizes[1]
	return 0, 0, fmt.Errorf("is needed where pictures differ in size: %s has %d rows and %d columns, %s %d and %d; HxW resizes all to H rows and W columns",
		pairs[l.sizes[a]].picture, a[0], a[1], pairs[l.sizes[b]].picture, b[0], b[1])
}
