package data

import (
	"context"
	"fmt"
	"math"
	"runtime"
	"slices"
	"sync"

	"gonum.org/v1/gonum/blas/blas32"

	"github.com/vicinal-ml/vicinal/mix"
)

// NearestNeighbors finds the k samples of a split that are nearest to each, the
// sample itself left out, by the Euclidean distance of what Read gives, size
// values a sample; of two as near the one that comes first. With sameClass it
// looks among the samples of its class alone, where there may be fewer. of names
// the samples whose neighbours are wanted, nil all of them; the others have none.
//
// It compares all with all, 2 Len^2 size operations or len(of) / Len of them, on
// all cores, and holds about 1 GiB of samples at a time: where they are more,
// they are read several times. The squares of distances are taken from products
// in float32, so that neighbours which differ by less than about 1e-6 of the
// samples' own square may change places between processors.
func NearestNeighbors(ctx context.Context, split Split, size, k int, sameClass bool, of []int) (*mix.Neighbors, error) {
	n := split.Len()
	switch {
	case k < 1:
		return nil, fmt.Errorf("%d neighbours: at least 1 is needed", k)
	case !sameClass && k > n-1:
		return nil, fmt.Errorf("k=%d nearest of %d samples: each has %d others; choose a smaller k", k, n, n-1)
	case sameClass && split.Labels() == nil:
		return nil, fmt.Errorf("the nearest of the same class: the samples have no classes")
	}
	if of == nil {
		of = make([]int, n)
		for i := range of {
			of[i] = i
		}
	}
	near := &mix.Neighbors{K: k, SameClass: sameClass, Index: slices.Repeat([]int32{-1}, n*k)}
	held := max(neighborTile, min(n, neighborValues/size))
	for queries := range slices.Chunk(of, held) {
		s := neighborSearch{split: split, size: size, near: near, queries: queries}
		if err := s.run(ctx); err != nil {
			return nil, err
		}
	}
	return near, nil
}

// neighborValues is how many values of samples are held, neighborTile how many
// samples are compared with at a time: what fits the caches.
const (
	neighborValues = 1 << 28
	neighborTile   = 64
)

// neighborSearch finds the neighbours of some samples.
type neighborSearch struct {
	split   Split
	size    int
	near    *mix.Neighbors
	queries []int
	values  []float32 // of the queries
	squares []float64 // sums of theirs
	found   [][]neighbor
}

// neighbor is a sample at a squared distance.
type neighbor struct {
	square float64
	sample int32
}

// before orders by distance, then by place.
func (a neighbor) before(b neighbor) bool {
	return a.square < b.square || a.square == b.square && a.sample < b.sample
}

func (s *neighborSearch) run(ctx context.Context) error {
	var err error
	if s.values, s.squares, err = s.read(ctx, s.queries); err != nil {
		return err
	}
	s.found = make([][]neighbor, len(s.queries))
	all := make([]int, s.split.Len())
	for i := range all {
		all[i] = i
	}
	// Where the queries are all samples they need not be read again.
	whole := slices.Equal(s.queries, all)
	for tile := range slices.Chunk(all, neighborTile) {
		if err := ctx.Err(); err != nil {
			return err
		}
		var values []float32
		var squares []float64
		if whole {
			values, squares = s.values[tile[0]*s.size:][:len(tile)*s.size], s.squares[tile[0]:]
		} else if values, squares, err = s.read(ctx, tile); err != nil {
			return err
		}
		s.each(func(q int) { s.compare(q, tile, values, squares) })
	}
	s.each(func(q int) {
		slices.SortFunc(s.found[q], func(a, b neighbor) int {
			if a.before(b) {
				return -1
			}
			return 1
		})
		row := s.near.Index[s.queries[q]*s.near.K:]
		for i, f := range s.found[q] {
			row[i] = f.sample
		}
	})
	return nil
}

// read reads samples and sums their squares.
func (s *neighborSearch) read(ctx context.Context, samples []int) ([]float32, []float64, error) {
	values, squares := make([]float32, len(samples)*s.size), make([]float64, len(samples))
	for i, sample := range samples {
		row := values[i*s.size:][:s.size]
		if err := s.split.Read(ctx, sample, row); err != nil {
			return nil, nil, fmt.Errorf("sample %d: %w", sample, err)
		}
		for _, v := range row {
			squares[i] += float64(v) * float64(v)
		}
	}
	return values, squares, nil
}

// each does something for every query, on all cores.
func (s *neighborSearch) each(do func(q int)) {
	workers := min(runtime.GOMAXPROCS(0), len(s.queries))
	var running sync.WaitGroup
	for w := range workers {
		running.Go(func() {
			for q := w * len(s.queries) / workers; q < (w+1)*len(s.queries)/workers; q++ {
				do(q)
			}
		})
	}
	running.Wait()
}

// compare looks for neighbours of a query in a tile.
func (s *neighborSearch) compare(q int, tile []int, values []float32, squares []float64) {
	own := blas32.Vector{N: s.size, Data: s.values[q*s.size:][:s.size], Inc: 1}
	labels := s.split.Labels()
	for i, sample := range tile {
		if sample == s.queries[q] || s.near.SameClass && labels[sample] != labels[s.queries[q]] {
			continue
		}
		product := blas32.Dot(own, blas32.Vector{N: s.size, Data: values[i*s.size:][:s.size], Inc: 1})
		s.add(q, neighbor{math.Max(0, s.squares[q]+squares[i]-2*float64(product)), int32(sample)})
	}
}

// add keeps the K nearest of a query in a heap, the farthest on top.
func (s *neighborSearch) add(q int, n neighbor) {
	h := s.found[q]
	if len(h) < s.near.K {
		h = append(h, n)
		for i := len(h) - 1; i > 0 && h[(i-1)/2].before(h[i]); i = (i - 1) / 2 {
			h[i], h[(i-1)/2] = h[(i-1)/2], h[i]
		}
		s.found[q] = h
		return
	}
	if !n.before(h[0]) {
		return
	}
	h[0] = n
	for i := 0; ; {
		far := i
		for _, child := range [2]int{2*i + 1, 2*i + 2} {
			if child < len(h) && h[far].before(h[child]) {
				far = child
			}
		}
		if far == i {
			return
		}
		h[i], h[far] = h[far], h[i]
		i = far
	}
}
