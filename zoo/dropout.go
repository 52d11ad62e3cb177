package zoo

import (
	"fmt"

	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"github.com/vicinal-ml/vicinal/stream"
)

// dropoutParam is the graph parameter with the states of the dropout layers.
const dropoutParam = "/vicinal/zoo/dropout"

// stateWords is the length of GoMLX's random state.
const stateWords = 3

// dropout zeroes each value with probability p in training and divides the
// others by 1-p (Srivastava et al., "Dropout", 2014, section 10), so that
// inference takes them as they are. It adds nothing where p is 0.
func (b *builder) dropout(name string, p float64) {
	if b.err != nil || p == 0 {
		return
	}
	i := len(b.dropouts)
	b.dropouts = append(b.dropouts, name)
	b.layers = append(b.layers, func(scope *model.Scope, x *graph.Node) *graph.Node {
		if !scope.IsTraining(x.Graph()) {
			return x
		}
		return drop(x, dropoutState(x.Graph(), name, i), p)
	})
}

// drop draws in float32 whatever the type of x, for equal masks in all types.
func drop(x, state *graph.Node, p float64) *graph.Node {
	_, uniform := graph.RandomUniform(state, shapes.Make(dtypes.Float32, x.Shape().Dimensions...))
	kept := graph.LessThan(uniform, graph.Scalar(x.Graph(), dtypes.Float32, 1-p))
	return graph.Mul(x, graph.MulScalar(graph.ConvertDType(kept, x.DType()), 1/(1-p)))
}

// dropoutState returns the random state [3] of the i-th dropout layer.
func dropoutState(g *graph.Graph, name string, i int) *graph.Node {
	param, _ := model.GetGraphParam(g, dropoutParam)
	states, ok := param.(*graph.Node)
	if !ok {
		panic(fmt.Errorf("the dropout layer %s has no random state: call Network.SetDropoutStates on the training graph first", name))
	}
	return graph.Reshape(graph.Slice(states, graph.AxisElem(i), graph.AxisRange()), stateWords)
}

// DropoutStates returns the random states of the network's dropout layers at
// one step of a run, uint64 [len(Dropouts) 3]: an input of the training graph.
// They are a pure function of seed, epoch, step and the layers' names, each
// layer's drawn from a stream of its own (stream.Dropout). So a resumed run
// drops what the unbroken run would have dropped. The masks are drawn from
// them by the backend: two kinds of backend may draw other masks. It is nil
// where the network drops nothing.
func (n *Network) DropoutStates(seed, epoch, step uint64) *tensors.Tensor {
	if len(n.Dropouts) == 0 {
		return nil
	}
	states := make([]uint64, 0, stateWords*len(n.Dropouts))
	for _, name := range n.Dropouts {
		random := stream.New(seed, stream.Dropout+"/"+name).At(epoch, step)
		for range stateWords {
			states = append(states, random.Uint64())
		}
	}
	return tensors.FromFlatDataAndDimensions(states, len(n.Dropouts), stateWords)
}

// SetDropoutStates hands DropoutStates, as an input of the graph, to the
// network's dropout layers. Logits needs them in training where the network
// has Dropouts, and panics without; inference drops nothing and needs none.
func (n *Network) SetDropoutStates(states *graph.Node) {
	want := shapes.Make(dtypes.Uint64, len(n.Dropouts), stateWords)
	if !states.Shape().Equal(want) {
		panic(fmt.Errorf("%s needs dropout states %s, not %s", n.Spec, want, states.Shape()))
	}
	model.SetGraphParam(states.Graph(), dropoutParam, states)
}
