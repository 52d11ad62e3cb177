package onednn

import (
	"slices"
	"unsafe"

	"github.com/vicinal-ml/vicinal/backend/onednn/internal/dnnl"
	"github.com/vicinal-ml/vicinal/backend/onednn/internal/kernel"
	"github.com/vicinal-ml/vicinal/backend/onednn/internal/winograd"
)

// winogradPiece is how many bytes of transformed tensors a thread works on at once, so that they stay in its part of the
// last cache, and winogradTiles how many tiles at least, so that the products of matrices are not too flat.
const (
	winogradPiece = 4 << 20
	winogradTiles = 64
)

// winogradPad is the distance in floats that keeps the 36 matrices from lying at the same places of the caches.
const winogradPad = 16

// winogradConv computes a convolution by transforms of package winograd. Version 2 of the library has Winograd's algorithm
// for AVX-512 alone and version 3 has none. The products of matrices are the package's where it is the faster, by panels,
// and the library's elsewhere.
//
// The tile rows are worked on in pieces, each by one thread from the first transform to the last. Between its steps lie
// stacks of matrices in scratch memory: u of weights, for all threads, and for each v of the operand that is cut into
// patches and m of products. In gradients by weights m is of the other operand and u of products, for each thread.
type winogradConv struct {
	conv   *winograd.Convolution
	kind   convKind
	panels bool
	team   *kernel.Team
	lib    *dnnl.Library

	rows, atOnce, tiles    int // tile rows in all and in a piece, tiles in a piece
	uPlane, vPlane, mPlane int // floats between matrices
	uSize                  int // bytes: of all u
	size                   int // bytes of a thread's v, m and scratchpad of the product
	scratch                int // bytes
	workers                []winogradWorker
	sums                   int              // how many u there are in gradients by weights
	us                     []unsafe.Pointer // those
	closers                []func()

	base unsafe.Pointer // of the scratch memory where the memories point
	task winogradTask
}

// winogradWorker is what a thread needs.
type winogradWorker struct {
	buffer  *winograd.Buffer
	u, v, m unsafe.Pointer
	adding  bool // u holds a sum

	// For the library's products.
	stream        *dnnl.Stream
	memories      [3]*dnnl.Memory // of u, v, m
	scratchpads   []*dnnl.Memory
	product, adds *dnnl.Execution // v·u, or v·m for gradients by weights; the same added to u
	err           error
}

// winogradImages sees a tensor of a layout that the transforms take; ok is false for others.
func winogradImages(d *dnnl.MemoryDesc) (m winograd.Images, ok bool) {
	dims, l := d.Dims(), d.Layout()
	if len(dims) != 4 || l.Kind != dnnl.LayoutKnown || !slices.Equal(l.Padded, dims) {
		return m, false
	}
	m = winograd.Images{N: dims[0], Channels: dims[1], Height: dims[2], Width: dims[3], Block: dims[1]}
	switch {
	case len(l.Blocks) == 1 && l.Blocks[0].Dim == 1:
		m.Block = l.Blocks[0].Size
	case len(l.Blocks) > 0:
		return m, false
	}
	area := m.Height * m.Width * m.Block
	want := []int{area * (m.Channels / m.Block), area, m.Width * m.Block, m.Block}
	if len(l.Blocks) == 0 {
		want[1] = 1
	}
	for i, stride := range want {
		if dims[i] > 1 && l.Strides[i] != stride && !(i == 1 && m.Channels == m.Block && len(l.Blocks) > 0) {
			return m, false
		}
	}
	return m, true
}

// winogradWeights is the block of weights in the layout that the transforms take; 0 for others.
func winogradWeights(d *dnnl.MemoryDesc) int {
	dims, l := d.Dims(), d.Layout()
	if len(dims) != 4 || l.Kind != dnnl.LayoutKnown || len(l.Blocks) != 2 || !slices.Equal(l.Padded, dims) {
		return 0
	}
	b := l.Blocks[0].Size
	if l.Blocks[0].Dim != 1 || l.Blocks[1].Dim != 0 || l.Blocks[1].Size != b {
		return 0
	}
	out, in := dims[0]/b, dims[1]/b
	if out > 1 && l.Strides[0] != in*9*b*b || in > 1 && l.Strides[1] != 9*b*b || l.Strides[2] != 3*b*b || l.Strides[3] != b*b {
		return 0
	}
	return b
}

// mayWinograd tells whether the transforms exist for c.
func (c *convolution) mayWinograd(b *Backend) bool {
	if dataTypes[c.src.shape.DType] != dnnl.F32 || len(c.low) != 2 || c.wView.groups > 1 || b.options.noLayouts || !winograd.Fast() {
		return false
	}
	w := c.wView.dims(c.weights.shape)
	return w[2] == 3 && w[3] == 3 && w[0]%8 == 0 && w[1]%8 == 0 && slices.Equal(c.strides, []int{1, 1}) && slices.Equal(c.dilations, []int{1, 1}) &&
		max(c.low[0], c.low[1]) <= 2
}

// newWinogradConv makes c of tensors in the layouts of pd, a forward convolution; nil if they are others than the
// transforms take.
func newWinogradConv(b *Backend, c *convolution, pd *dnnl.PrimitiveDesc) (*winogradConv, error) {
	in, okIn := winogradImages(pd.Desc(dnnl.ArgSrc))
	out, okOut := winogradImages(pd.Desc(dnnl.ArgDst))
	block := winogradWeights(pd.Desc(dnnl.ArgWeights))
	if !okIn || !okOut || block == 0 {
		return nil, nil
	}
	panels := winograd.Multiplies() && !b.options.libraryProducts
	conv, err := winograd.New(in, out, c.low[0], c.low[1], block, panels)
	if err != nil {
		return nil, nil
	}
	w := &winogradConv{conv: conv, kind: c.kind, panels: panels, team: b.team, lib: b.lib}
	w.task.w = w
	data, weights := c.kind == convBackwardData, c.kind == convBackwardWeights
	rows, columns := conv.TileRows(data)
	tile := 4 * winograd.Points * (in.Channels + out.Channels) // bytes
	atOnce := max(max(winogradPiece/tile, winogradTiles)/columns, 1)
	atOnce = min(atOnce, (rows+b.threads-1)/b.threads)
	pieces := (rows + atOnce - 1) / atOnce
	w.rows, w.atOnce = rows, (rows+pieces-1)/pieces
	w.tiles = w.atOnce * columns
	cut, other := in.Channels, out.Channels
	if data {
		cut, other = other, cut
	}
	w.uPlane = max(conv.Plane(in.Channels, out.Channels), conv.Plane(out.Channels, in.Channels)) + winogradPad
	w.vPlane, w.mPlane = conv.Plane(w.tiles, cut)+winogradPad, conv.Plane(w.tiles, other)+winogradPad
	w.workers = make([]winogradWorker, b.team.Workers())
	for i := range w.workers {
		w.workers[i].buffer = conv.NewBuffer()
	}
	w.sums = min(len(w.workers), pieces)
	w.uSize = winogradBytes(w.uPlane)
	if weights {
		w.uSize *= w.sums
	}
	w.size = winogradBytes(w.vPlane) + winogradBytes(w.mPlane)
	if !panels {
		if err := w.libraryProducts(b, in.Channels, out.Channels); err != nil {
			w.close()
			return nil, err
		}
	}
	w.scratch = w.uSize + len(w.workers)*w.size
	return w, nil
}

// libraryProducts makes the products for matrices that lie by row.
func (w *winogradConv) libraryProducts(b *Backend, in, out int) error {
	cut, other := in, out
	if w.kind == convBackwardData {
		cut, other = other, cut
	}
	u := stack{w.uPlane, in, out, out, 1}
	v := stack{w.vPlane, w.tiles, cut, cut, 1}
	m := stack{w.mPlane, w.tiles, other, other, 1}
	stacks, numbers := [3]stack{v, u, m}, [3]int{1, 0, 2}
	switch w.kind {
	case convBackwardData:
		stacks[1] = u.transposed()
	case convBackwardWeights:
		stacks, numbers = [3]stack{v.transposed(), m, u}, [3]int{1, 2, 0}
		add := &dnnl.Attr{PostOps: []dnnl.PostOp{dnnl.PostSum{Scale: 1}}}
		if err := w.multiply(b, stacks, numbers, add, func(k *winogradWorker, x *dnnl.Execution) { k.adds = x }); err != nil {
			return err
		}
	}
	if err := w.multiply(b, stacks, numbers, nil, func(k *winogradWorker, x *dnnl.Execution) { k.product = x }); err != nil {
		return err
	}
	for i := range w.workers {
		stream, err := b.engine.NewStream()
		if err != nil {
			return err
		}
		w.workers[i].stream = stream
		w.closers = append(w.closers, stream.Destroy)
	}
	return nil
}

// winogradBytes is the size of a stack of matrices.
func winogradBytes(plane int) int {
	return (4*winograd.Points*plane + alignment - 1) / alignment * alignment
}

// winogradPays tells by a fixed table whether the transforms save more than they cost: with few channels they do not, nor
// where most of the tiles is beyond the results.
func (c *convolution) winogradPays() bool {
	in, out := c.srcView.dims(c.src.shape), c.dstView.dims(c.dst.shape)
	results := out[2:]
	if c.kind == convBackwardData {
		results = in[2:]
	}
	covered := 16
	for _, n := range results {
		covered *= (n + 3) / 4
	}
	return min(in[1], out[1]) >= 24 && 2*results[0]*results[1] >= covered
}

// stack is 36 matrices, and the strides between them, their rows and their columns.
type stack struct{ plane, rows, columns, rowStride, columnStride int }

func (s stack) transposed() stack {
	return stack{s.plane, s.columns, s.rows, s.columnStride, s.rowStride}
}

// multiply makes the product of the first two stacks for each worker; the third is the result. The numbers are those of
// the stacks' memories. Products are computed by one thread.
func (w *winogradConv) multiply(b *Backend, stacks [3]stack, numbers [3]int, attr *dnnl.Attr, give func(*winogradWorker, *dnnl.Execution)) error {
	var descs [3]*dnnl.MemoryDesc
	for i, s := range stacks {
		d, err := b.engine.NewMemoryDesc([]int{winograd.Points, s.rows, s.columns}, dnnl.F32, []int{s.plane, s.rowStride, s.columnStride})
		if err != nil {
			return err
		}
		w.closers = append(w.closers, d.Destroy)
		descs[i] = d
	}
	b.lib.SetThreads(1)
	pd, err := b.engine.Matmul(&dnnl.Matmul{Src: descs[0], Weights: descs[1], Dst: descs[2]}, attr)
	if err != nil {
		return unsupported(err)
	}
	w.closers = append(w.closers, pd.Destroy)
	prim, err := pd.NewPrimitive()
	if err != nil {
		return err
	}
	w.closers = append(w.closers, prim.Destroy)
	own := winogradBytes(w.vPlane) + winogradBytes(w.mPlane)
	w.size = max(w.size, own+(pd.ScratchpadSize()+alignment-1)/alignment*alignment)
	for i := range w.workers {
		k := &w.workers[i]
		memories := make(dnnl.Args)
		for j, name := range []dnnl.Arg{dnnl.ArgSrc, dnnl.ArgWeights, dnnl.ArgDst} {
			at := &k.memories[numbers[j]]
			if *at == nil {
				if *at, err = b.engine.NewMemory(descs[j], nil); err != nil {
					return err
				}
				w.closers = append(w.closers, (*at).Destroy)
			}
			memories[name] = *at
		}
		if pd.ScratchpadSize() > 0 {
			m, err := b.engine.NewMemory(pd.Desc(dnnl.ArgScratchpad), nil)
			if err != nil {
				return err
			}
			w.closers = append(w.closers, m.Destroy)
			k.scratchpads = append(k.scratchpads, m)
			memories[dnnl.ArgScratchpad] = m
		}
		exec, err := prim.Bind(memories)
		if err != nil {
			return err
		}
		w.closers = append(w.closers, exec.Destroy)
		give(k, exec)
	}
	return nil
}

func (w *winogradConv) close() {
	for _, f := range slices.Backward(w.closers) {
		f()
	}
	w.closers = nil
}

// place points the memories into the scratch memory.
func (w *winogradConv) place(scratch unsafe.Pointer) error {
	if w.base == scratch {
		return nil
	}
	for i := range w.workers {
		k := &w.workers[i]
		k.u = scratch
		if w.kind == convBackwardWeights {
			k.u = unsafe.Add(scratch, min(i, w.sums-1)*(w.uSize/w.sums))
		}
		k.v = unsafe.Add(scratch, w.uSize+i*w.size)
		k.m = unsafe.Add(k.v, winogradBytes(w.vPlane))
		if w.panels {
			continue
		}
		for j, at := range []unsafe.Pointer{k.u, k.v, k.m} {
			if err := k.memories[j].SetData(at); err != nil {
				return err
			}
		}
		for _, m := range k.scratchpads {
			if err := m.SetData(unsafe.Add(k.m, winogradBytes(w.mPlane))); err != nil {
				return err
			}
		}
	}
	w.us = w.us[:0]
	for i := range w.sums {
		w.us = append(w.us, w.workers[i].u)
	}
	w.base = scratch
	return nil
}

// run computes into out: from images and weights, from the outputs' gradient and weights, or from images and the
// outputs' gradient. bias is nil or one number for each channel. With the library's products the calling thread's number of
// OpenMP threads becomes 1.
func (w *winogradConv) run(out, first, second, bias, scratch unsafe.Pointer) error {
	if err := w.place(scratch); err != nil {
		return err
	}
	for i := range w.workers {
		w.workers[i].err = nil
	}
	t := &w.task
	t.out, t.first, t.second, t.bias = out, first, second, bias
	pieces := (w.rows + w.atOnce - 1) / w.atOnce
	if w.kind == convBackwardWeights {
		t.do(winogradSums, w.sums)
		t.do(winogradBlocks, w.conv.WeightBlocks())
	} else {
		t.do(winogradBlocks, w.conv.WeightBlocks())
		t.do(winogradPieces, pieces)
	}
	for i := range w.workers {
		if err := w.workers[i].err; err != nil {
			return err
		}
	}
	return nil
}

// computeWinograd adds the step that computes c in the layouts of pd, a forward convolution.
func (c *convolution) computeWinograd(p *planner, w *winogradConv, pd *dnnl.PrimitiveDesc) error {
	p.onClose(pd.Destroy)
	p.onClose(w.close)
	forward := map[dnnl.Arg]dnnl.Arg{dnnl.ArgDiffSrc: dnnl.ArgSrc, dnnl.ArgDiffWeights: dnnl.ArgWeights, dnnl.ArgDiffDst: dnnl.ArgDst}
	desc := func(a convArg) *dnnl.MemoryDesc {
		if name, ok := forward[a.name]; ok {
			return pd.Desc(name)
		}
		return pd.Desc(a.name)
	}
	reads, write := c.arguments()
	s := &step{name: c.kind.String(), detail: "winograd " + pd.String()}
	for _, a := range reads {
		t, err := p.as(a.v, a.view, desc(a))
		if err != nil {
			return err
		}
		s.reads = append(s.reads, t)
	}
	if c.bias != nil {
		s.reads = append(s.reads, p.plain(c.bias))
	}
	l, err := p.layoutOf(write.v.shape, write.view, desc(write))
	if err != nil {
		return err
	}
	out, scratch := p.newTensor(write.v.shape, l), p.newScratch(w.scratch)
	s.writes = []*tensor{out, scratch}
	s.run = func(x *execution) error {
		if !w.panels {
			x.threads = 1
		}
		var bias unsafe.Pointer
		if c.bias != nil {
			bias = x.ptr(s.reads[2])
		}
		return w.run(x.ptr(out), x.ptr(s.reads[0]), x.ptr(s.reads[1]), bias, x.ptr(scratch))
	}
	p.native, p.wide = true, true
	p.addStep(s)
	p.define(write.v, out)
	return nil
}
