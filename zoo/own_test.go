package zoo

import (
	"strings"
	"testing"

	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
)

func TestOwn(t *testing.T) {
	good := func() Network {
		return Network{
			Spec: "mine", Shape: []int{3}, Classes: 2,
			Variables: []Variable{
				{Layer: "dense", Role: Weight, Dims: []int{3, 2}, Trainable: true},
				{Path: "shift", Dims: []int{2}, Trainable: true},
				{Layer: "norm", Role: RunningMean, Dims: []int{7}},
			},
			Logits: func(_ *model.Scope, x *graph.Node) *graph.Node { return x },
		}
	}
	n, err := Own(good())
	if err != nil || n.Params != 8 || n.Variables[0].Path != "dense/kernel" || n.Variables[2].Path != "norm/mean" {
		t.Fatalf("%+v, %v", n, err)
	}
	store := model.NewStore()
	defer store.Finalize()
	if err := n.Initialize(store.RootScope(), 1, dtypes.Float32); err != nil || store.GetVariable("/dense/kernel") == nil || store.GetVariable("/shift") == nil {
		t.Errorf("%v", err)
	}
	for name, c := range map[string]struct {
		spoil func(n *Network)
		want  string
	}{
		"no name":           {func(n *Network) { n.Spec = "" }, "no Spec"},
		"no shape":          {func(n *Network) { n.Shape = nil }, "have no values"},
		"an empty shape":    {func(n *Network) { n.Shape = []int{3, 0} }, "have no values"},
		"no classes":        {func(n *Network) { n.Classes = 0 }, "0 classes"},
		"no logits":         {func(n *Network) { n.Logits = nil }, "no Logits"},
		"no variable":       {func(n *Network) { n.Variables = n.Variables[2:] }, "no variable to train"},
		"blocks of nothing": {func(n *Network) { n.Blocks = []string{"a"} }, "1 Blocks"},
		"equal paths":       {func(n *Network) { n.Variables[1].Path = "dense/kernel" }, "two variables are named dense/kernel"},
		"no path":           {func(n *Network) { n.Variables[1].Path = "" }, "variable 2 has neither"},
		"no values":         {func(n *Network) { n.Variables[1].Dims = []int{0} }, "has no values"},
		"nothing prepares":  {func(n *Network) { n.PrepareSamples = 5 }, "PrepareSamples is 5"},
		"prepares of none":  {func(n *Network) { n.Prepared = func([]float32) (map[string][]float64, error) { return nil, nil } }, "PrepareSamples is 0"},
	} {
		bad := good()
		c.spoil(&bad)
		if n, err := Own(bad); err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %+v, %v", name, n, err)
		}
	}
}
