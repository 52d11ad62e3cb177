package mixgraph

import (
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
	"github.com/gomlx/gomlx/support/exceptions"
)

// After mixes what a model function has computed after one of its blocks, from
// 1, if that is where the plan of the batch mixes (mix.Plan.Depth): h has shape
// [N ...] and is returned as it is otherwise, and for batches that come from
// elsewhere, as in an evaluation. A model for a Dataset with Blocks calls it once
// after each:
//
//	h := mixgraph.After(1, block1(scope, x))
//	h = mixgraph.After(2, block2(scope, h))
//	return head(scope, h)
func After(block int, h *graph.Node) *graph.Node {
	g := h.Graph()
	n, ok := planOf(g)
	if !ok || n.depth != block {
		return h
	}
	model.SetGraphParam(g, mixedKey, true)
	return Inputs(h, h, n.partner, n.input)
}

// checkMixed panics where a plan mixes after a block that the model has no After
// for.
func checkMixed(g *graph.Graph) {
	n, ok := planOf(g)
	if !ok || n.depth == 0 {
		return
	}
	if _, mixed := model.GetGraphParam(g, mixedKey); !mixed {
		exceptions.Panicf("mixgraph: the plan mixes after block %d, and the model does not call mixgraph.After(%d, ...)", n.depth, n.depth)
	}
}
