package data

import (
	"cmp"
	"context"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/vicinal-ml/vicinal/stream"
)

// cloud is a split of random points in memory.
type cloud struct {
	x      []float32
	labels []int32
	size   int
	reads  int
	broken bool
}

func newCloud(n, size, classes int) *cloud {
	c := &cloud{size: size, x: make([]float32, n*size), labels: make([]int32, n)}
	r := stream.New(1, "test").At(0, 0)
	for i := range c.x {
		c.x[i] = float32(r.NormFloat64())
	}
	for i := range c.labels {
		c.labels[i] = int32(r.IntN(classes))
	}
	return c
}

func (c *cloud) Len() int        { return len(c.labels) }
func (c *cloud) Labels() []int32 { return c.labels }

func (c *cloud) Read(_ context.Context, i int, dst []float32) error {
	if c.broken {
		return errors.New("disk on fire")
	}
	c.reads++
	copy(dst, c.x[i*c.size:])
	return nil
}

// The neighbours are those of sorting all distances, for all samples or some.
func TestNearestNeighbors(t *testing.T) {
	for _, sameClass := range []bool{false, true} {
		for _, of := range [][]int{nil, {3, 149, 70}} {
			const n, size, k = 150, 5, 40
			c := newCloud(n, size, 6) // about 25 a class: fewer than k
			near, err := NearestNeighbors(context.Background(), c, size, k, sameClass, of)
			if err != nil {
				t.Fatal(err)
			}
			for i := range n {
				var want []int32
				square := func(j int32) (sum float64) {
					for d := range size {
						v := float64(c.x[i*size+d]) - float64(c.x[int(j)*size+d])
						sum += v * v
					}
					return sum
				}
				for j := range int32(n) {
					if int(j) != i && (!sameClass || c.labels[j] == c.labels[i]) && (of == nil || slices.Contains(of, i)) {
						want = append(want, j)
					}
				}
				slices.SortFunc(want, func(a, b int32) int { return cmp.Compare(square(a), square(b)) })
				want = want[:min(k, len(want))]
				got := near.Of(i, k)
				if len(got) != len(want) {
					t.Fatalf("sample %d has %d neighbours, want %d", i, len(got), len(want))
				}
				for r := range got {
					if math.Abs(square(got[r])-square(want[r])) > 1e-4 {
						t.Fatalf("neighbour %d of sample %d is %d, at %v, want %d, at %v", r, i, got[r], square(got[r]), want[r], square(want[r]))
					}
				}
			}
			if c.reads > n+len(of) {
				t.Errorf("%d samples were read %d times", n, c.reads)
			}
		}
	}
}

// Samples that are there twice are each other's nearest, in order.
func TestNearestNeighborsOfEqualSamples(t *testing.T) {
	c := newCloud(6, 3, 1)
	for i := range 5 {
		copy(c.x[i*3:], c.x[:3])
	}
	near, err := NearestNeighbors(context.Background(), c, 3, 3, false, nil)
	if err != nil {
		t.Fatal(err)
	}
	if got := near.Of(2, 3); !slices.Equal(got, []int32{0, 1, 3}) {
		t.Errorf("neighbours of 2 are %v", got)
	}
}

func TestNearestNeighborsRefuses(t *testing.T) {
	broken, cancelled := newCloud(9, 2, 2), newCloud(9, 2, 2)
	broken.broken = true
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	for _, c := range []struct {
		ctx   context.Context
		split *cloud
		k     int
		want  string
	}{
		{context.Background(), newCloud(9, 2, 2), 9, "k=9 nearest of 9 samples"},
		{context.Background(), newCloud(9, 2, 2), 0, "0 neighbours"},
		{context.Background(), broken, 2, "disk on fire"},
		{ctx, cancelled, 2, "canceled"},
	} {
		if _, err := NearestNeighbors(c.ctx, c.split, 2, c.k, false, nil); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("k=%d: %v, want %q", c.k, err, c.want)
		}
	}
}

func BenchmarkNearestNeighbors(b *testing.B) {
	const n, size = 1000, 3072
	c := newCloud(n, size, 10)
	for b.Loop() {
		if _, err := NearestNeighbors(context.Background(), c, size, 200, false, nil); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)*n*n*size/b.Elapsed().Seconds()/1e9, "Gmadd/s")
}
