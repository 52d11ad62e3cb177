package mixgraph

import (
	"fmt"

	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
	"github.com/gomlx/gomlx/ml/train"
	"github.com/gomlx/gomlx/support/exceptions"
)

// Spec is the Spec of the batches of a Dataset: it tells Model how to read
// their inputs. Model hands Source to the function it wraps.
//
// The inputs of a batch are those of the source, then partner [N], input
// weight [N] and target weight [N], the regions [N 4] when Region, then the
// inputs and the labels of the second batch when Second. The labels stay those
// of the source, so metrics compare predictions for mixed inputs with the
// samples' own labels.
type Spec struct {
	Source any // the Spec of the source's batch
	Inputs int // inputs of the source
	Labels int // labels of the source
	Region bool
	Second bool
	Depth  int // of the plan: each depth is a graph of its own
}

// String names the spec in GoMLX's messages.
func (s Spec) String() string { return fmt.Sprintf("mixed %v", s.Source) }

// nodes is a batch's inputs taken apart.
type nodes struct {
	inputs                 []*graph.Node
	partner, input, target *graph.Node
	region                 *graph.Node   // nil where inputs mix everywhere
	depth                  int           // where they mix: 0 for the inputs, see After
	otherInputs            []*graph.Node // inputs itself without a second batch
	otherLabels            []*graph.Node // nil without a second batch
}

func (s Spec) split(all []*graph.Node) nodes {
	want := s.Inputs + 3
	if s.Region {
		want++
	}
	if s.Second {
		want += s.Inputs + s.Labels
	}
	if len(all) != want {
		exceptions.Panicf("mixgraph: a batch came with %d inputs, its spec says %d", len(all), want)
	}
	n := nodes{depth: s.Depth, inputs: all[:s.Inputs], otherInputs: all[:s.Inputs]}
	rest := all[s.Inputs:]
	n.partner, n.input, n.target = rest[0], rest[1], rest[2]
	rest = rest[3:]
	if s.Region {
		n.region, rest = rest[0], rest[1:]
	}
	if s.Second {
		n.otherInputs = rest[:s.Inputs]
		n.otherLabels = rest[s.Inputs:]
	}
	return n
}

// planScope is the scope of the graph parameters that carry the plan from
// Model to the loss.
const planScope = model.ScopeSeparator + "mixgraph"

var (
	planKey      = model.JoinPath(planScope, "plan")
	mixedKey     = model.JoinPath(planScope, "mixed")
	lossKey      = model.JoinPath(planScope, "loss")
	stepCheckKey = model.JoinPath(planScope, train.TrainerPerStepUpdateGraphFnParamKey)
)

// planOf returns the plan's nodes of a mixed batch's graph; false for a batch
// that came from elsewhere, such as one of an evaluation.
func planOf(g *graph.Graph) (nodes, bool) {
	v, ok := model.GetGraphParam(g, planKey)
	if !ok {
		return nodes{}, false
	}
	n, ok := v.(nodes)
	return n, ok
}
