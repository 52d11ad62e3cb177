package dnnl

// Query codes, dnnl_query_t, the same in both versions.
const (
	queryImplInfo = 8
	queryArgDesc  = 255
)

// opBytes is more than any 2.x's operation descriptor; the largest, of convolution, is 5976 in 2.6.
const opBytes = 16384

// PrimitiveDesc is an operation for which the library has an implementation: it knows the layouts of its arguments.
type PrimitiveDesc struct {
	lib    *Library
	handle uintptr
	doing  string
	owned  bool
	unused Arg // an argument that Bind leaves out, because this version refuses it; 0 if there is none
	descs  map[Arg]*MemoryDesc
}

// newPrimitiveDesc asks for an implementation. In version 2, init fills an operation descriptor at op; in version 3,
// and for operations without such a descriptor (init is nil), create makes the primitive descriptor itself.
func (e *Engine) newPrimitiveDesc(doing string, attr *Attr, hint *PrimitiveDesc,
	init func(op uintptr) int32, create func(out, attr, hint uintptr) int32) (*PrimitiveDesc, error) {
	return e.newPrimitiveDescAvoiding(nil, doing, attr, hint, init, create)
}

// newPrimitiveDescAvoiding is newPrimitiveDesc with the first implementation whose name is not to be avoided.
func (e *Engine) newPrimitiveDescAvoiding(avoid func(implementation string) bool, doing string, attr *Attr,
	hint *PrimitiveDesc, init func(op uintptr) int32, create func(out, attr, hint uintptr) int32) (*PrimitiveDesc, error) {
	l := e.lib
	a, err := l.newAttr(attr, doing)
	if err != nil {
		return nil, err
	}
	defer call(l.fn.attrDestroy, a)
	var h uintptr
	if hint != nil {
		h = hint.handle
	}
	p := &PrimitiveDesc{lib: l, doing: doing, owned: true}
	avoided := func() bool { return avoid != nil && avoid(p.Implementation()) }
	var status Status
	if l.version.Major == 2 && init != nil {
		op := l.alloc(opBytes)
		defer l.free(op)
		if status = Status(init(op)); status == Success {
			status = e.firstV2(p, op, a, h, avoided)
		}
	} else {
		out := newCell()
		status = Status(create(out.addr(), a, h))
		for p.handle = out.v; status == Success && avoided(); {
			if status = Status(call(l.fn.primitiveDescNextV3, p.handle)); status != Success {
				call(l.fn.primitiveDescDestroy, p.handle)
			}
		}
	}
	if status == IteratorEnds {
		status = Unimplemented
	}
	if status != Success {
		return nil, &Error{doing, status}
	}
	l.live.primitiveDescs.Add(1)
	return p, nil
}

// firstV2 sets p.handle to the first implementation of an operation descriptor that is not avoided.
func (e *Engine) firstV2(p *PrimitiveDesc, op, attr, hint uintptr, avoided func() bool) Status {
	f := &e.lib.fn
	iterator := newCell()
	if status := Status(call(f.iteratorCreateV2, iterator.addr(), op, attr, e.handle, hint)); status != Success {
		return status
	}
	defer call(f.iteratorDestroyV2, iterator.v)
	for {
		if p.handle = call(f.iteratorFetchV2, iterator.v); p.handle == 0 {
			return OutOfMemory
		}
		if !avoided() {
			return Success
		}
		call(f.primitiveDescDestroy, p.handle)
		if status := Status(call(f.iteratorNextV2, iterator.v)); status != Success {
			return status
		}
	}
}

// Desc is what the primitive wants an argument to be: its layout, if it was left open. Nil if the primitive has no
// such argument. The description belongs to the primitive descriptor.
func (p *PrimitiveDesc) Desc(arg Arg) *MemoryDesc {
	if d, ok := p.descs[arg]; ok {
		return d
	}
	code := arg.code(p.lib.version.Major)
	d := p.lib.borrowDesc(call(p.lib.fn.primitiveDescQueryMD, p.handle, queryArgDesc, uintptr(code)))
	if p.descs == nil {
		p.descs = map[Arg]*MemoryDesc{}
	}
	p.descs[arg] = d
	return d
}

// ScratchpadSize is how many bytes [ArgScratchpad] needs; 0 if it is not wanted.
func (p *PrimitiveDesc) ScratchpadSize() int {
	if d := p.Desc(ArgScratchpad); d != nil {
		return d.Size()
	}
	return 0
}

// Implementation is the name of the kernel, e.g. "brgconv:avx512_core". One that starts with "ref" is a slow
// reference implementation.
func (p *PrimitiveDesc) Implementation() string {
	out := newCell()
	if call(p.lib.fn.primitiveDescQuery, p.handle, queryImplInfo, 0, out.addr()) != 0 {
		return ""
	}
	return cstring(out.v)
}

// String says what the operation is.
func (p *PrimitiveDesc) String() string { return p.doing }

// Destroy frees the descriptor and the descriptions that it returned. Primitives made from it stay.
func (p *PrimitiveDesc) Destroy() {
	if p == nil || p.handle == 0 || !p.owned {
		return
	}
	call(p.lib.fn.primitiveDescDestroy, p.handle)
	p.handle = 0
	p.descs = nil
	p.lib.live.primitiveDescs.Add(-1)
}
