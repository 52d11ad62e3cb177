package zoo

import (
	"fmt"
	"slices"
	"testing"

	"github.com/gomlx/compute"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
)

// smallNetworks is a small one of each family that has blocks.
func smallNetworks() []struct {
	spec   string
	shape  []int
	blocks []string
} {
	stages := []string{"stage1", "stage2", "stage3", "stage4"}
	return []struct {
		spec   string
		shape  []int
		blocks []string
	}{
		{"mlp:4,3", []int{5}, []string{"hidden1", "hidden2"}},
		{"cnn:width=2", []int{5, 4, 2}, []string{"block1", "block2"}},
		{"lenet:conv1=2,conv2=2,dense1=3,dense2=2,dropout=0.3", []int{16, 17, 1}, []string{"conv1", "conv2", "dense1", "dense2"}},
		{"samplepairing:width=1,hidden=3", []int{8, 9, 1}, []string{"pair1", "pair2", "pair3", "hidden"}},
		{"vgg11:width=1,hidden=3", []int{32, 32, 1}, []string{"stage1", "stage2", "stage3", "stage4", "stage5", "hidden"}},
		{"preactresnet18:width=1", []int{5, 4, 2}, stages},
		{"preactresnet50:width=1,norm=stem", []int{4, 3, 1}, stages},
		{"wideresnet:depth=10,widen=1,dropout=0.3", []int{4, 3, 1}, stages[:3]},
		{"resnet18:width=1", []int{9, 12, 1}, stages},
		{"resnet50:width=1", []int{9, 12, 1}, stages},
		{"resnext:depth=11,cardinality=2,width=1,base=1", []int{5, 4, 2}, stages[:3]},
		{"resnext50:cardinality=2,width=1,base=1", []int{9, 12, 1}, stages},
		{"densenet:depth=10,growth=2,dropout=0.2", []int{7, 6, 1}, []string{"block1", "block2", "block3"}},
		{"googlenet:width=2", []int{33, 32, 1}, []string{"inception3", "inception4", "inception5"}},
		{"airbench:width=2,depth=2", []int{9, 8, 1}, []string{"block1", "block2"}},
	}
}

// Blocks end where they should, in order, and no value passes one by: with one
// that gives zeros, the logits of different samples are the same.
func TestBlocks(t *testing.T) {
	backend := goBackendFor(t)
	for _, test := range smallNetworks() {
		t.Run(test.spec, func(t *testing.T) {
			n, err := New(test.spec, test.shape, 3)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(n.Blocks, test.blocks) {
				t.Fatalf("blocks %v, want %v", n.Blocks, test.blocks)
			}
			dims := append([]int{4}, test.shape...)
			size := 4
			for _, d := range test.shape {
				size *= d
			}
			out, err := model.CallOnceN(backend, newStore(t, n), func(scope *model.Scope, x *graph.Node) []*graph.Node {
				scope.SetTraining(x.Graph(), false)
				var called []int
				outputs := []*graph.Node{n.Logits(scope, x), n.LogitsAfter(scope, x, func(block int, h *graph.Node) *graph.Node {
					called = append(called, block)
					return h
				})}
				for k := range n.Blocks {
					if len(called) != len(n.Blocks) || called[k] != k+1 {
						t.Errorf("called after blocks %v", called)
					}
					outputs = append(outputs, n.LogitsAfter(scope, x, func(block int, h *graph.Node) *graph.Node {
						if block != k+1 {
							return h
						}
						return graph.ZerosLike(h)
					}))
				}
				return outputs
			}, tensor(draws("pixels", size), dims...))
			if err != nil {
				t.Fatal(err)
			}
			logits := flat(t, out[0])
			if !slices.Equal(flat(t, out[1]), logits) || slices.Equal(logits[:3], logits[3:6]) {
				t.Errorf("logits %v, with blocks left as they are %v", logits, flat(t, out[1]))
			}
			for k, o := range out[2:] {
				if got := flat(t, o); !slices.Equal(got[:9], got[3:]) {
					t.Errorf("something passes block %s by: %v", n.Blocks[k], got)
				}
			}
		})
	}
}

// Every network of class logits lets mix after blocks; the others name none.
func TestWhoHasBlocks(t *testing.T) {
	for _, name := range Names() {
		n, err := Default(name)
		if err != nil {
			t.Fatal(err)
		}
		if (n.Output == ClassLogits) != (len(n.Blocks) > 0) {
			t.Errorf("%s computes %s and has blocks %v", name, n.Output, n.Blocks)
		}
	}
}

// mixedAfter is the network with the samples of a batch mixed after a block.
func mixedAfter(n *Network, at int) *Network {
	mixed := *n
	mixed.Logits = func(scope *model.Scope, x *graph.Node) *graph.Node {
		return n.LogitsAfter(scope, x, func(block int, h *graph.Node) *graph.Node {
			if block != at {
				return h
			}
			g := h.Graph()
			partners := graph.Gather(h, graph.Const(g, [][]int32{{2}, {0}, {2}, {1}}))
			weights := []float64{0.7, 0.2, 1, 0.5}
			dims := append([]int{4}, slices.Repeat([]int{1}, h.Rank()-1)...)
			w := graph.ConstTensor(g, tensor(weights, dims...))
			return graph.Add(graph.Mul(w, h), graph.Mul(graph.OneMinus(w), partners))
		})
	}
	return &mixed
}

// The gradients of networks that mix within are central differences too.
func TestGradientsMixedWithin(t *testing.T) {
	inner := goBackendFor(t)
	for _, backend := range []compute.Backend{inner, newOpsBackend(inner)} {
		for _, test := range []struct {
			spec  string
			shape []int
			each  int
		}{
			{"mlp:4,3", []int{5}, all},
			{"cnn:width=2", []int{5, 4, 2}, 4},
			{"preactresnet18:width=1", []int{5, 4, 2}, 1},
		} {
			n, err := New(test.spec, test.shape, 3)
			if err != nil {
				t.Fatal(err)
			}
			for k, name := range n.Blocks {
				t.Run(fmt.Sprintf("%s/%s/%s", backend, test.spec, name), func(t *testing.T) {
					checkGradients(t, backend, mixedAfter(n, k+1), test.each)
				})
			}
		}
	}
}

// Normalisation before the place follows the batch as it came, after it the
// mixed one.
func TestStatisticsMixedWithin(t *testing.T) {
	n, err := New("cnn:width=2", []int{5, 4, 2}, 3)
	if err != nil {
		t.Fatal(err)
	}
	backend, start := goBackendFor(t), newStore(t, n)
	x := tensor(draws("pixels", 4*5*4*2), 4, 5, 4, 2)
	after := func(n *Network) map[string][]float64 {
		store := copyStore(t, start)
		run(t, backend, n, store, x, true)
		values := map[string][]float64{}
		for v := range store.IterVariables() {
			values[v.Path()] = flat(t, v.MustValue())
		}
		return values
	}
	plain, mixed := after(n), after(mixedAfter(n, 1))
	for _, v := range n.Variables {
		if v.Role != RunningMean && v.Role != RunningVariance {
			continue
		}
		same, before := slices.Equal(plain["/"+v.Path], mixed["/"+v.Path]), v.Layer == "norm1"
		if same != before {
			t.Errorf("%s: %v, mixed %v", v.Path, plain["/"+v.Path], mixed["/"+v.Path])
		}
	}
}
