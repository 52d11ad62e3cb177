package dnnl

// Primitive is the compiled code of an operation. It answers the queries of its [PrimitiveDesc], which may be
// destroyed before it. Any number of executions may share it.
type Primitive struct {
	PrimitiveDesc // borrowed from the primitive
	primitive     uintptr
}

// NewPrimitive compiles the operation, or takes its code from the library's cache.
func (p *PrimitiveDesc) NewPrimitive() (*Primitive, error) {
	l := p.lib
	out := newCell()
	if err := l.check(int32(call(l.fn.primitiveCreate, out.addr(), p.handle)), "compiling "+p.doing); err != nil {
		return nil, err
	}
	pd := newCell()
	status := int32(call(l.fn.primitiveGetPrimitiveDesc, out.v, pd.addr()))
	if err := l.check(status, "compiling "+p.doing); err != nil {
		call(l.fn.primitiveDestroy, out.v)
		return nil, err
	}
	l.live.primitives.Add(1)
	return &Primitive{PrimitiveDesc{lib: l, handle: pd.v, doing: p.doing, unused: p.unused}, out.v}, nil
}

// Destroy frees the primitive and the descriptions that it returned. Its executions must have been destroyed before.
func (p *Primitive) Destroy() {
	if p == nil || p.primitive == 0 {
		return
	}
	call(p.lib.fn.primitiveDestroy, p.primitive)
	p.primitive = 0
	p.descs = nil
	p.lib.live.primitives.Add(-1)
}
