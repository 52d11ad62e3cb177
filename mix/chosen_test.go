package mix

import (
	"math"
	"slices"
	"strings"
	"testing"
)

// chiSquare is Pearson's statistic of counts of draws with these probabilities,
// less its mean, over its standard deviation.
func chiSquare(counts []int, p []float64) float64 {
	n := 0
	for _, c := range counts {
		n += c
	}
	sum, df := 0.0, -1.0
	for i, c := range counts {
		expected := p[i] * float64(n)
		if expected < 5 {
			continue
		}
		sum += (float64(c) - expected) * (float64(c) - expected) / expected
		df++
	}
	return (sum - df) / math.Sqrt(2*df)
}

// C-Mixup draws partners with the probabilities of its definition, from all
// training samples or from the batch, for one target and several.
func TestSimilarPartnersFollowTheKernel(t *testing.T) {
	for _, each := range []int{1, 3} {
		const n, own = 40, 7
		targets := normals(n*each, 4)
		for _, bandwidth := range []float64{0.7, 1, 5} {
			p, total := make([]float64, n), 0.0
			for j := range p {
				squared := 0.0
				for k := range each {
					d := float64(targets[j*each+k]) - float64(targets[own*each+k])
					squared += d * d
				}
				p[j] = math.Exp(-squared / (2 * bandwidth * bandwidth))
				total += p[j]
			}
			for j := range p {
				p[j] /= total
			}
			for _, kind := range []Partners{Similar, SimilarInBatch} {
				m := Mixup{Alpha: 1, Pairing: Pairing{Partners: kind, Bandwidth: bandwidth}}
				counts := make([]int, n)
				for step := range 3000 {
					at := At{Seed: 3, Step: step, N: 2, Index: []int{0, own}, Train: &Train{N: n, Targets: targets}}
					if kind == SimilarInBatch {
						at = At{Seed: 3, Step: step, N: n, Targets: targets}
					}
					plan, ok := draw(t, m, at)
					switch {
					case !ok:
						t.FailNow()
					case kind == Similar:
						counts[plan.Chosen[1]]++
					default:
						counts[plan.Partner[own]]++
					}
				}
				if chi := chiSquare(counts, p); chi > 4.5 {
					t.Errorf("%d targets, bandwidth %v, %s: %v draws for probabilities %.3v (%.1f deviations)", each, bandwidth, kind, counts, p, chi)
				}
			}
		}
	}
}

// Neighbours are drawn uniformly, the sample itself never, k of those that are
// kept, all of a class with fewer, and itself where it has none.
func TestNearestPartners(t *testing.T) {
	train := &Train{N: 4, Neighbors: &Neighbors{K: 3, SameClass: true, Index: []int32{
		1, 2, 3,
		0, 2, -1,
		-1, -1, -1,
		1, 0, 2,
	}}}
	m := Mixup{Alpha: 1, Pairing: Pairing{Partners: NearestSameClass, K: 2}}
	counts := make([]map[int32]int, 4)
	for i := range counts {
		counts[i] = map[int32]int{}
	}
	const n = 4000
	for step := range n {
		var p Plan
		if err := m.Draw(&p, At{Seed: 3, Step: step, N: 4, Index: []int{3, 2, 1, 0}, Train: train}); err != nil {
			t.Fatal(err)
		}
		for i, j := range p.Chosen {
			counts[3-i][j]++
		}
		if !p.Second || !fixesAll(p.Partner) {
			t.Fatalf("the chosen batch is not taken as it is: %+v", p)
		}
	}
	for i, want := range [][]int32{{1, 2}, {0, 2}, {2}, {1, 0}} {
		for _, j := range want {
			if share := float64(counts[i][j]) / n; len(counts[i]) != len(want) || math.Abs(share-1/float64(len(want))) > 0.04 {
				t.Errorf("sample %d has partners %v, want %v as often as each other", i, counts[i], want)
			}
		}
	}
}

func TestChoosingNeedsTheTrainingSet(t *testing.T) {
	full := At{N: 2, Index: []int{0, 1}, Train: &Train{N: 3, Targets: []float32{1, 2, 3}, Neighbors: &Neighbors{K: 2, Index: []int32{1, 2, 0, 2, 0, 1}}}, Targets: []float32{1, 2}}
	for _, c := range []struct {
		spec   string
		change func(*At)
		want   string
	}{
		{"mixup:1,partners=nearest,k=2", func(at *At) {}, ""},
		{"mixup:1,partners=nearest,k=3", func(at *At) {}, "the 3 nearest"},
		{"mixup:1,partners=nearest-same-class,k=2", func(at *At) {}, "holds others"},
		{"mixup:1,partners=nearest,k=2", func(at *At) { at.Train.Neighbors = nil }, "or none"},
		{"mixup:1,partners=nearest,k=2", func(at *At) { at.Index = nil }, "set At.Index"},
		{"mixup:1,partners=nearest,k=2", func(at *At) { at.Index = []int{0, 3} }, "none of the 3"},
		{"mixup:1,partners=similar,bandwidth=1", func(at *At) {}, ""},
		{"mixup:1,partners=similar,bandwidth=1", func(at *At) { at.Train.Targets = nil }, "real targets"},
		{"mixup:1,partners=similar,bandwidth=1", func(at *At) { at.Train.Targets = make([]float32, 4) }, "4 values for 3"},
		{"mixup:1,partners=similar-in-batch,bandwidth=1", func(at *At) {}, ""},
		{"mixup:1,partners=similar-in-batch,bandwidth=1", func(at *At) { at.Targets = nil }, "real targets"},
	} {
		m, err := Parse(c.spec, 0)
		if err != nil {
			t.Fatal(err)
		}
		at, train := full, *full.Train
		at.Train = &train
		c.change(&at)
		err = m.Draw(&Plan{}, at)
		if (err == nil) != (c.want == "") || err != nil && (!strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n")) {
			t.Errorf("%s: %v, want %q", c.spec, err, c.want)
		}
		if Chooses(m) {
			if said := Choose(m, make([]int32, 2), at); (said == nil) != (err == nil) {
				t.Errorf("%s: Draw says %v, Choose %v", c.spec, err, said)
			}
		}
	}
	if err := Choose(ERM{}, nil, full); err == nil {
		t.Error("erm chose a second batch")
	}
}

// A batch that oneof gives to a method without a second batch keeps its own
// samples there.
func TestOneOfChooses(t *testing.T) {
	m, err := Parse("oneof:cutmix:1/mixup:2;partners=similar;bandwidth=0.1", 0)
	if err != nil {
		t.Fatal(err)
	}
	own := 0
	for step := range 100 {
		at := At{Seed: 1, Step: step, N: 3, Index: []int{5, 9, 2}, Train: &Train{N: 10, Targets: normals(10, 1)}, Height: 4, Width: 4}
		p, _ := draw(t, m, at)
		second := make([]int32, 3)
		if err := Choose(m, second, at); err != nil {
			t.Fatal(err)
		}
		if len(p.Region) == 0 {
			if !slices.Equal(second, p.Chosen) {
				t.Fatalf("%v is read, %v chosen", second, p.Chosen)
			}
			continue
		}
		own++
		if p.Second || !slices.Equal(second, []int32{5, 9, 2}) {
			t.Fatalf("%v is read for cutmix", second)
		}
	}
	if own < 30 || own > 70 {
		t.Errorf("%d of 100 batches are cutmix", own)
	}
}
