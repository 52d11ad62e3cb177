package zoo

import (
	"slices"

	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
)

// sum adds branches that start from the same values; one that declares nothing
// passes them on.
func (b *builder) sum(branches ...func()) {
	b.join(branches, func(shapes [][]int) []int {
		for _, s := range shapes[1:] {
			if !slices.Equal(s, shapes[0]) {
				b.fail("branches of shapes %v and %v cannot be added", shapes[0], s)
			}
		}
		return shapes[0]
	}, func(values []*graph.Node) *graph.Node {
		total := values[0]
		for _, v := range values[1:] {
			total = graph.Add(total, v)
		}
		return total
	})
}

// concat puts the channels of branches that start from the same values behind
// one another; one that declares nothing passes them on.
func (b *builder) concat(branches ...func()) {
	b.join(branches, func(shapes [][]int) []int {
		last := len(shapes[0]) - 1
		joined := slices.Clone(shapes[0])
		for _, s := range shapes[1:] {
			if len(s) != last+1 || !slices.Equal(s[:last], joined[:last]) {
				b.fail("channels of branches of shapes %v and %v cannot be joined", shapes[0], s)
				return joined
			}
			joined[last] += s[last]
		}
		return joined
	}, func(values []*graph.Node) *graph.Node { return graph.Concatenate(values, -1) })
}

// join declares branches from one start. shape gets the shapes they reach and
// returns that of what combine makes of their values.
func (b *builder) join(branches []func(), shape func([][]int) []int, combine func([]*graph.Node) *graph.Node) {
	if b.err != nil {
		return
	}
	start, before := b.shape, b.layers
	var all [][]layer
	var reached [][]int
	for _, branch := range branches {
		b.shape, b.layers = start, nil
		branch()
		if b.err != nil {
			return
		}
		reached, all = append(reached, b.shape), append(all, b.layers)
	}
	b.shape = shape(reached)
	b.layers = append(before, func(scope *model.Scope, x *graph.Node) *graph.Node {
		values := make([]*graph.Node, len(all))
		for i, layers := range all {
			values[i] = through(layers, scope, x)
		}
		return combine(values)
	})
}
