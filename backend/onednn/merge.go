package onednn

import (
	"slices"
	"unsafe"

	"github.com/vicinal-ml/vicinal/backend/onednn/internal/kernel"
)

// oneDNN has fast gradients by weights for groups whose channels fill vectors. Narrower groups, such as the 4 channels of
// ResNeXt's first stage, are computed several as one: of the products of all its channels only those within a group are
// taken. That is several times the arithmetic, and some ten times faster than what the library has for narrow groups.

// Groups are merged until their channels are a multiple of a vector of AVX2 or of AVX-512.
var mergedWidths = []int{8, 16}

// mergeLimit is how many groups are merged at most: beyond, arithmetic outweighs what is gained.
const mergeLimit = 16

// merges are the numbers of groups that may be computed as one.
func (c *convolution) merges() []int {
	groups := c.wView.groups
	if c.kind != convBackwardWeights || groups < 2 {
		return nil
	}
	dims := c.wView.dims(c.weights.shape)
	out, in := dims[1], dims[2]
	if out == 1 && in == 1 || out%mergedWidths[0] == 0 && in%mergedWidths[0] == 0 { // the library is fast
		return nil
	}
	var list []int
	for _, width := range mergedWidths {
		for n := 2; n <= min(groups, mergeLimit); n++ {
			if groups%n == 0 && n*out%width == 0 && n*in%width == 0 {
				if !slices.Contains(list, n) {
					list = append(list, n)
				}
				break
			}
		}
	}
	return list
}

// merged is c with n groups each as one, c itself for less than 2. Its weights are a value of their own.
func (c *convolution) merged(n int) *convolution {
	if n < 2 {
		return c
	}
	m := *c
	shape := c.weights.shape.Clone()
	shape.Dimensions[c.wView.perm[1]] *= n
	m.weights = &value{node: c.weights.node, shape: shape}
	m.wView.groups /= n
	return &m
}

// takeGroups adds the step that takes c's weights out of those of m, which has n groups each as one.
func (c *convolution) takeGroups(p *planner, m *convolution, n int) error {
	from, to := p.plain(m.weights), p.newTensor(c.weights.shape, nil)
	dims := c.wView.dims(c.weights.shape)
	src, dst := m.wView.strides(m.weights.shape), c.wView.strides(c.weights.shape)
	if m.wView.groups == 1 {
		src = slices.Insert(src, 0, 0)
	}
	size, out, in := c.weights.shape.DType.Size(), dims[1], dims[2]
	srcStep, dstStep := (out*src[1]+in*src[2])*size, dst[0]*size // to the next of the groups that are one
	dims[0] /= n
	dst[0] *= n
	move, err := kernel.NewCopy(size, dims, dst, src)
	if err != nil {
		return err
	}
	s := &step{name: "move", detail: "weights of groups", reads: []*tensor{from}, writes: []*tensor{to}}
	team := p.backend.team
	s.run = func(x *execution) error {
		for i := range n {
			move.Run(team, unsafe.Add(x.ptr(to), i*dstStep), unsafe.Add(x.ptr(from), i*srcStep))
		}
		return nil
	}
	p.addStep(s)
	p.define(c.weights, to)
	return nil
}
