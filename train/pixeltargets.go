package train

import (
	"github.com/gomlx/gomlx/core/graph"

	"github.com/vicinal-ml/vicinal/mix/mixgraph"
)

// pixelTargets mixes rows of pixels, [N H W ...], within the regions of a plan as
// its inputs are mixed there: a pixel keeps the label of whose pixel it is. A
// sample whose target is its own alone keeps all of its labels, whatever its
// inputs take.
func pixelTargets(rows, other, partner, input, target, region *graph.Node) *graph.Node {
	weight := graph.Where(graph.GreaterOrEqual(target, graph.OnesLike(target)), target, input)
	return mixgraph.InputsWithin(rows, other, partner, weight, region)
}
