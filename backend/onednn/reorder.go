package onednn

import (
	"fmt"

	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	"github.com/pkg/errors"

	"github.com/vicinal-ml/vicinal/backend/onednn/internal/dnnl"
)

// errUnsupported says that oneDNN has no kernel for an operation, which then goes to the Go backend.
var errUnsupported = errors.New("no kernel")

var dataTypes = map[dtypes.DType]dnnl.DataType{
	dtypes.Float32: dnnl.F32, dtypes.BFloat16: dnnl.BF16, dtypes.Float16: dnnl.F16,
	dtypes.Int32: dnnl.S32, dtypes.Int8: dnnl.S8, dtypes.Uint8: dnnl.U8,
}

// strided describes dense or strided data; descriptions are shared within the plan.
func (p *planner) strided(t dnnl.DataType, dims, strides []int) (*dnnl.MemoryDesc, error) {
	key := fmt.Sprint(t, dims, strides)
	if d := p.descs[key]; d != nil {
		return d, nil
	}
	d, err := p.backend.engine.NewMemoryDesc(dims, t, strides)
	if err != nil {
		return nil, err
	}
	p.descs[key] = d
	p.onClose(d.Destroy)
	return d, nil
}

// anyDesc describes a tensor of open layout.
func (p *planner) anyDesc(t dnnl.DataType, dims []int) (*dnnl.MemoryDesc, error) {
	key := fmt.Sprint(t, dims, "any")
	if d := p.descs[key]; d != nil {
		return d, nil
	}
	d, err := p.backend.engine.NewAnyDesc(dims, t)
	if err != nil {
		return nil, err
	}
	p.descs[key] = d
	p.onClose(d.Destroy)
	return d, nil
}

// rowMajor describes a row-major tensor seen as the view says.
func (p *planner) rowMajor(shape shapes.Shape, v view) (*dnnl.MemoryDesc, error) {
	return p.strided(dataTypes[shape.DType], v.dims(shape), v.strides(shape))
}

// descOf describes t seen as the view says; nil if its layout is over another order.
func (p *planner) descOf(t *tensor, v view) (*dnnl.MemoryDesc, error) {
	if t.layout == nil {
		return p.rowMajor(t.shape, v)
	}
	if t.layout.view.equal(v) {
		return t.layout.desc, nil
	}
	return nil, nil
}

// layoutOf is the layout of a tensor of that description, nil if it is row-major.
func (p *planner) layoutOf(shape shapes.Shape, v view, d *dnnl.MemoryDesc) (*layout, error) {
	plain, err := p.rowMajor(shape, v)
	if err != nil {
		return nil, err
	}
	if plain.Equal(d) {
		return nil, nil
	}
	return &layout{v, d}, nil
}

// as is v laid out as want describes it, seen as the view says.
func (p *planner) as(v *value, w view, want *dnnl.MemoryDesc) (*tensor, error) {
	for _, t := range p.env[v].versions {
		have, err := p.descOf(t, w)
		if err != nil {
			return nil, err
		}
		if have != nil && have.Equal(want) {
			return t, nil
		}
	}
	l, err := p.layoutOf(v.shape, w, want)
	if err != nil {
		return nil, err
	}
	src := p.tensor(v)
	if have, err := p.descOf(src, w); err != nil {
		return nil, err
	} else if have == nil {
		src = p.plain(v)
	}
	t := p.newTensor(v.shape, l)
	if err := p.reorder(src, t); err != nil {
		return nil, err
	}
	p.define(v, t)
	return t, nil
}

// reorder adds a step that copies a tensor to one of the same shape and another layout.
func (p *planner) reorder(src, dst *tensor) error {
	v := view{perm: identity(src.shape.Rank())}
	switch {
	case src.layout != nil:
		v = src.layout.view
	case dst.layout != nil:
		v = dst.layout.view
	}
	from, err := p.descOf(src, v)
	if err != nil {
		return err
	}
	to, err := p.descOf(dst, v)
	if err != nil {
		return err
	}
	work := src.shape.Size() * elementWork
	p.prepare(work)
	pd, err := p.backend.engine.Reorder(from, to, nil)
	if err != nil {
		return err
	}
	return p.addPrimitive("reorder", work, pd, args{dnnl.ArgSrc: {src, from}}, args{dnnl.ArgDst: {dst, to}})
}

func identity(n int) []int {
	perm := make([]int, n)
	for i := range perm {
		perm[i] = i
	}
	return perm
}
