package mixgraph_test

import (
	"errors"
	"iter"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"
	"github.com/gomlx/gomlx/ml/train"
	"github.com/gomlx/gomlx/ml/train/loss"
	"github.com/gomlx/gomlx/ml/train/optimizer"

	"github.com/vicinal-ml/vicinal/mix"
	"github.com/vicinal-ml/vicinal/mix/mixgraph"
)

// hiddenMixed is the source's batches taken through two layers of tanh and mixed
// on the host at the depth of their plan.
type hiddenMixed struct {
	source *source
	method mix.Method
	epochs int
	depths map[int]bool // that came up
	epoch  int
}

func (h *hiddenMixed) Name() string { return "host" }

func (h *hiddenMixed) Iter() iter.Seq2[train.Batch, error] {
	return func(yield func(train.Batch, error) bool) {
		for step, from := 0, 0; from < len(h.source.y); step, from = step+1, from+h.source.batch {
			to := min(from+h.source.batch, len(h.source.y))
			n := to - from
			var p mix.Plan
			err := h.method.Draw(&p, mix.At{Seed: 3, Epoch: h.epoch, Step: step, Epochs: h.epochs, N: n, Blocks: 2})
			h.depths[p.Depth] = true
			x := h.source.x[from*features : to*features]
			for depth := 0; ; depth++ {
				if depth == p.Depth {
					mixed := make([]float32, len(x))
					err = errors.Join(err, mix.ApplyFloat32(mixed, x, nil, &p))
					x = mixed
				}
				if depth == 2 {
					break
				}
				next := make([]float32, len(x))
				for i, v := range x {
					next[i] = float32(math.Tanh(2 * float64(v)))
				}
				x = next
			}
			y := make([]float32, n*numClasses)
			err = errors.Join(err, mix.ApplyClasses(y, h.source.y[from:to], nil, numClasses, &p))
			if !yield(train.Batch{
				Inputs: []*tensors.Tensor{tensors.FromFlatDataAndDimensions(x, n, features)},
				Labels: []*tensors.Tensor{tensors.FromFlatDataAndDimensions(y, n, numClasses)},
			}, err) || err != nil {
				return
			}
		}
		h.epoch++
	}
}

// Mixing after a block of the model is mixing what the host computes up to
// there; each depth is a graph of its own.
func TestAfterMatchesHost(t *testing.T) {
	const epochs = 4
	m, err := mix.Parse("mixup:1,per=sample,at=hidden", epochs)
	if err != nil {
		t.Fatal(err)
	}
	s := newSource("s", 21, 7, 1)
	ds, err := mixgraph.New(s, m, 3, epochs)
	if err != nil {
		t.Fatal(err)
	}
	ds.Blocks = 2
	squash := func(x *graph.Node) *graph.Node { return graph.Tanh(graph.MulScalar(x, 2)) }
	deep := func(scope *model.Scope, x *graph.Node) *graph.Node {
		h := mixgraph.After(1, squash(x))
		return linear(scope, mixgraph.After(2, squash(h)))
	}
	got, _, graphs := losses(t, mixgraph.Model(deep), mixgraph.ClassLoss(loss.CategoricalCrossEntropyLogits, numClasses), ds, epochs)
	host := &hiddenMixed{source: s, method: m, epochs: epochs, depths: map[int]bool{}}
	want, _, _ := losses(t, plain(linear), loss.CategoricalCrossEntropyLogits, host, epochs)
	if len(host.depths) != 3 || graphs != 3 {
		t.Errorf("depths %v came up, and %d graphs", host.depths, graphs)
	}
	for i := range got {
		if math.Abs(got[i]-want[i]) > 2e-6 {
			t.Fatalf("step %d: loss %v, on the host %v", i, got[i], want[i])
		}
	}
}

func TestModelWithoutAfterIsRefused(t *testing.T) {
	m, err := mix.Parse("mixup:1,at=hidden", 1)
	if err != nil {
		t.Fatal(err)
	}
	ds, err := mixgraph.New(newSource("s", 60, 6, 1), m, 1, 1)
	if err != nil {
		t.Fatal(err)
	}
	train1 := func() error {
		trainer := train.NewTrainer(newBackend(t), model.NewStore(), mixgraph.Model(linear),
			mixgraph.ClassLoss(loss.CategoricalCrossEntropyLogits, numClasses), optimizer.Adam().Done(), nil, nil)
		_, err := train.NewLoop(trainer).RunEpochs(ds, 1)
		return err
	}
	if err := train1(); err == nil || !strings.Contains(err.Error(), "this one has none") {
		t.Errorf("without Blocks: %v", err)
	}
	ds.Blocks = 2
	if err := train1(); err == nil || !strings.Contains(err.Error(), "does not call mixgraph.After") {
		t.Errorf("without After: %v", err)
	}
}

// What a method needs of a batch that the source does not have is told.
func TestDatasetTargetsAndNoise(t *testing.T) {
	similar := mix.Mixup{Alpha: 1, Pairing: mix.Pairing{Partners: mix.SimilarInBatch, Bandwidth: 0.3}}
	s := newSource("s", 12, 6, 1)
	ds, err := mixgraph.New(s, similar, 3, 1)
	if err != nil {
		t.Fatal(err)
	}
	if err := firstError(ds); err == nil || !strings.Contains(err.Error(), "real targets") {
		t.Errorf("targets that are classes: %v", err)
	}
	s.targets = normals(12*numClasses, 9)
	ds.Seek(0, 0)
	var want mix.Plan
	if err := similar.Draw(&want, mix.At{Seed: 3, Epochs: 1, N: 6, Targets: s.targets[:6*numClasses]}); err != nil {
		t.Fatal(err)
	}
	if got := plans(t, ds, 1)[0]; !slices.Equal(got, want.Partner) {
		t.Errorf("partners %v, want %v", got, want.Partner)
	}
	chosen := mix.Mixup{Alpha: 1, Pairing: mix.Pairing{Partners: mix.Nearest}}
	if _, err := mixgraph.New(s, chosen, 3, 1); err == nil || !strings.Contains(err.Error(), "by number") {
		t.Errorf("a method that chooses: %v", err)
	}
}
