package mix

import (
	"fmt"
	"math"

	"github.com/vicinal-ml/vicinal/stream"
)

// Ways of drawing partners that look at all training samples. Those but
// SimilarInBatch choose the second batch: its i-th sample is the partner of the
// i-th of the batch. They need At.Index and At.Train.
const (
	// Nearest draws the partner of a sample uniformly from its K nearest training
	// samples, itself left out: an ablation of the mixup paper (arXiv
	// 1710.09412, section 3.8), with its K of 200. They are nearest by the
	// Euclidean distance of normalised inputs, before augmentation.
	Nearest Partners = "nearest"
	// NearestSameClass does so among the samples of its class, all where there
	// are fewer than K. The only sample of a class is its own partner.
	NearestSameClass Partners = "nearest-same-class"
	// Similar draws the partner of sample i from all training samples, itself
	// among them, by the similarity of real targets (C-Mixup: Yao, Wang, Zhang,
	// Zou, Finn, "C-Mixup: Improving Generalization in Regression", arXiv
	// 2210.05775, section 3.2):
	//
	//	P(j | i)  proportional to  exp(-||y_i - y_j||^2 / (2 Bandwidth^2)).
	Similar Partners = "similar"
	// SimilarInBatch does so among the samples of the batch, by At.Targets: the
	// cheaper form of the authors' program.
	SimilarInBatch Partners = "similar-in-batch"
)

// DefaultNeighbors is K of a Pairing that has none, maxNeighbors the most that
// are kept of a sample.
const (
	DefaultNeighbors = 200
	maxNeighbors     = 1 << 16
)

// Chooses reports whether m chooses the samples of the second batch itself, so
// that the caller has to read those that Choose gives for it.
func Chooses(m Method) bool {
	c, ok := innermost(m).(interface{ Chooses() bool })
	return ok && c.Chooses()
}

// Choose writes which training samples make up the second batch into dst, of
// length at.N: those of Plan.Chosen wherever Draw gives a plan that takes
// partners from it. It looks neither at schedules nor at At.History, so a batch can be read before
// the epochs before it have ended.
func Choose(m Method, dst []int32, at At) error {
	c, ok := innermost(m).(interface {
		Choose(dst []int32, at At) error
	})
	if !ok {
		return fmt.Errorf("%s chooses no second batch", m)
	}
	if len(dst) != at.N {
		return fmt.Errorf("a second batch of %d samples is chosen for one of %d", len(dst), at.N)
	}
	return c.Choose(dst, at)
}

// UsesTargets reports whether m's partners depend on real targets, so that the
// caller has to fill At.Targets and, where m chooses, Train.Targets.
func UsesTargets(m Method) bool {
	t, ok := innermost(m).(interface{ UsesTargets() bool })
	return ok && t.UsesTargets()
}

// UsesNeighbors returns how many neighbours of each training sample m draws
// from, of its class alone or of all, so that the caller has to fill
// Train.Neighbors; 0 for a method that uses none.
func UsesNeighbors(m Method) (k int, sameClass bool) {
	if n, ok := innermost(m).(interface{ UsesNeighbors() (int, bool) }); ok {
		return n.UsesNeighbors()
	}
	return 0, false
}

// Chooses reports whether partners are chosen from all training samples.
func (c Pairing) Chooses() bool {
	return c.Partners == Nearest || c.Partners == NearestSameClass || c.Partners == Similar
}

// Choose chooses the partners of a batch.
func (c Pairing) Choose(dst []int32, at At) error {
	if err := at.validate(); err != nil {
		return err
	}
	if err := c.validate(); err != nil {
		return err
	}
	return c.choose(dst, &at)
}

// UsesTargets reports whether partners depend on real targets.
func (c Pairing) UsesTargets() bool { return c.Partners == Similar || c.Partners == SimilarInBatch }

// UsesNeighbors returns how many neighbours partners are drawn from.
func (c Pairing) UsesNeighbors() (k int, sameClass bool) {
	if c.Partners != Nearest && c.Partners != NearestSameClass {
		return 0, false
	}
	if k = c.K; k == 0 {
		k = DefaultNeighbors
	}
	return k, c.Partners == NearestSameClass
}

func (c Pairing) choose(dst []int32, at *At) error {
	if at.Index == nil || at.Train == nil {
		return fmt.Errorf("partners=%s chooses from all training samples, and the batch's position does not name them: set At.Index and At.Train", c.Partners)
	}
	for _, i := range at.Index {
		if i < 0 || i >= at.Train.N {
			return fmt.Errorf("sample %d of the batch is none of the %d training samples", i, at.Train.N)
		}
	}
	if c.Partners == Similar {
		each, err := targetsEach(at.Train.Targets, at.Train.N)
		if err != nil {
			return fmt.Errorf("partners=%s: %w", c.Partners, err)
		}
		for i, own := range at.Index {
			r := at.sample(stream.Partners, i)
			dst[i] = int32(similar(at.Train.Targets, each, own, c.Bandwidth, &r))
		}
		return nil
	}
	k, sameClass := c.UsesNeighbors()
	near := at.Train.Neighbors
	if near == nil || near.K < k || near.SameClass != sameClass || len(near.Index) != at.Train.N*near.K {
		return fmt.Errorf("partners=%s needs the %d nearest of each training sample, and Train.Neighbors holds others, or none", c.Partners, k)
	}
	for i, own := range at.Index {
		dst[i] = int32(own)
		if all := near.Of(own, k); len(all) > 0 {
			r := at.sample(stream.Partners, i)
			dst[i] = all[r.IntN(len(all))]
		}
	}
	return nil
}

// drawSimilar fills partner from the batch.
func (c Pairing) drawSimilar(partner []int32, at *At) error {
	each, err := targetsEach(at.Targets, at.N)
	if err != nil {
		return fmt.Errorf("partners=%s: %w", c.Partners, err)
	}
	for i := range partner {
		r := at.sample(stream.Partners, i)
		partner[i] = int32(similar(at.Targets, each, i, c.Bandwidth, &r))
	}
	return nil
}

// similar draws one of the samples by the kernel about that of own, by
// rejection: the kernel is at most 1, and own itself is always taken, so it
// takes as many draws on average as there are samples at the most, and as few
// as the kernel is wide.
func similar(targets []float32, each, own int, bandwidth float64, r *stream.Rand) int {
	y := targets[own*each:][:each]
	for {
		j := r.IntN(len(targets) / each)
		if j == own {
			return j
		}
		squared := 0.0
		for t, v := range targets[j*each:][:each] {
			d := (float64(y[t]) - float64(v)) / bandwidth
			squared += float64(d * d)
		}
		if r.Float64() < math.Exp(-squared/2) {
			return j
		}
	}
}

// targetsEach returns how many targets each of n samples has.
func targetsEach(targets []float32, n int) (int, error) {
	if len(targets) == 0 || len(targets)%n != 0 {
		return 0, fmt.Errorf("it needs the real targets of the samples, and there are %d values for %d of them", len(targets), n)
	}
	return len(targets) / n, nil
}

// sample returns the generator of the named stream for one sample of the batch.
func (at *At) sample(name string, i int) stream.Rand {
	return stream.New(at.Seed, name).AtSample(uint64(at.Epoch), uint64(at.Step), uint64(i))
}
