package dnnl

import (
	"fmt"
	"slices"
	"strings"
)

// Layout is how a tensor lies in memory.
type Layout struct {
	Kind LayoutKind
	// Strides, in elements, are between neighbours of each dimension, or between blocks of a blocked one.
	Strides []int
	// Blocks are the innermost parts, from the outermost; none for a plain layout.
	Blocks []Block
	// Padded are the dimensions with those that are blocked rounded up.
	Padded []int
}

// Block is one innermost part of a blocked layout: Size neighbours of dimension Dim lie together.
type Block struct{ Dim, Size int }

// LayoutKind says what is known of a layout.
type LayoutKind int

// The kinds of layout.
const (
	LayoutAny    LayoutKind = 1 // open, for a primitive to choose
	LayoutKnown  LayoutKind = 2 // strides and blocks
	LayoutOpaque LayoutKind = 3 // known to the library alone, as Winograd weights are
)

// Plain says whether the layout is strides alone, without blocks.
func (l Layout) Plain() bool { return l.Kind == LayoutKnown && len(l.Blocks) == 0 }

// Offset is where the element with that index lies, in elements. The layout must be known.
func (l Layout) Offset(index []int) int {
	offset, passed := 0, 1
	outer := slices.Clone(index)
	for _, b := range slices.Backward(l.Blocks) {
		offset += outer[b.Dim] % b.Size * passed
		outer[b.Dim] /= b.Size
		passed *= b.Size
	}
	for d, n := range outer {
		offset += n * l.Strides[d]
	}
	return offset
}

func (l Layout) String() string {
	switch l.Kind {
	case LayoutAny:
		return "any"
	case LayoutOpaque:
		return "opaque"
	}
	order := make([]int, len(l.Strides))
	inner := 1
	blocked := make([]bool, len(l.Strides))
	for _, b := range l.Blocks {
		inner *= b.Size
		blocked[b.Dim] = true
	}
	outer := make([]int, len(l.Padded)) // number of blocks along each dimension
	for i, n := range l.Padded {
		order[i], outer[i] = i, n
	}
	for _, b := range l.Blocks {
		outer[b.Dim] /= b.Size
	}
	slices.SortStableFunc(order, func(a, b int) int { return l.Strides[b] - l.Strides[a] })
	var name strings.Builder
	for i := len(order) - 1; i >= 0; i-- {
		if n := outer[order[i]]; n > 1 {
			if l.Strides[order[i]] != inner {
				return fmt.Sprintf("strides%v", l.Strides)
			}
			inner *= n
		}
	}
	for _, i := range order {
		letter := byte('a' + i)
		if blocked[i] {
			letter = byte('A' + i)
		}
		name.WriteByte(letter)
	}
	for _, b := range l.Blocks {
		fmt.Fprintf(&name, "%d%c", b.Size, 'a'+b.Dim)
	}
	return name.String()
}

// Layout returns how the tensor lies in memory.
func (d *MemoryDesc) Layout() Layout {
	r := d.reader()
	kind := min(LayoutKind(r.formatKind()), LayoutOpaque)
	if kind != LayoutKnown {
		return Layout{Kind: kind}
	}
	return Layout{Kind: kind, Strides: r.strides(), Blocks: r.blocks(), Padded: r.paddedDims()}
}

// descReader reads the fields of a description: version 2 has a public struct, version 3 has queries.
type descReader interface {
	dims() []int
	dataType() DataType
	formatKind() int32
	paddedDims() []int
	strides() []int
	blocks() []Block
}

func (d *MemoryDesc) reader() descReader {
	if d.lib.version.Major == 2 {
		return descV2(d.ptr)
	}
	return descV3{d.lib, d.ptr}
}

// Offsets in version 2's dnnl_memory_desc_t.
const (
	v2Ndims      = 0
	v2Dims       = 8
	v2DataType   = 104
	v2PaddedDims = 112
	v2FormatKind = 312
	v2Strides    = 320
	v2InnerNum   = 416
	v2InnerBlks  = 424
	v2InnerIdxs  = 520
)

type descV2 uintptr

func (d descV2) vec(offset uintptr) []int {
	return ints(at[vec](uintptr(d), offset)[:*at[int32](uintptr(d), v2Ndims)])
}
func (d descV2) dims() []int        { return d.vec(v2Dims) }
func (d descV2) dataType() DataType { return *at[DataType](uintptr(d), v2DataType) }
func (d descV2) formatKind() int32  { return *at[int32](uintptr(d), v2FormatKind) }
func (d descV2) paddedDims() []int  { return d.vec(v2PaddedDims) }
func (d descV2) strides() []int     { return d.vec(v2Strides) }
func (d descV2) blocks() []Block {
	n := *at[int32](uintptr(d), v2InnerNum)
	return blocks(at[vec](uintptr(d), v2InnerIdxs)[:n], at[vec](uintptr(d), v2InnerBlks)[:n])
}

// Codes of version 3's dnnl_query_t for memory descriptions.
const (
	queryStrides    = 14
	queryNdims      = 256
	queryDims       = 257
	queryDataType   = 258
	queryPaddedDims = 260
	queryFormatKind = 262
	queryInnerNum   = 263
	queryInnerBlks  = 264
	queryInnerIdxs  = 265
)

type descV3 struct {
	lib *Library
	ptr uintptr
}

// query asks for one field; a field that the description does not have reads as zero.
func (d descV3) query(what uintptr) uintptr {
	out := newCell()
	if call(d.lib.fn.memoryDescQueryV3, d.ptr, what, out.addr()) != 0 {
		return 0
	}
	return out.v
}

func (d descV3) vec(what uintptr, n int32) []int {
	p := d.query(what)
	if p == 0 {
		return make([]int, n)
	}
	return ints(at[vec](p, 0)[:n])
}
func (d descV3) ndims() int32       { return int32(d.query(queryNdims)) }
func (d descV3) dims() []int        { return d.vec(queryDims, d.ndims()) }
func (d descV3) dataType() DataType { return DataType(d.query(queryDataType)) }
func (d descV3) formatKind() int32  { return int32(d.query(queryFormatKind)) }
func (d descV3) paddedDims() []int  { return d.vec(queryPaddedDims, d.ndims()) }
func (d descV3) strides() []int     { return d.vec(queryStrides, d.ndims()) }
func (d descV3) blocks() []Block {
	n := int32(d.query(queryInnerNum))
	if n == 0 {
		return nil
	}
	idxs, blks := d.query(queryInnerIdxs), d.query(queryInnerBlks)
	return blocks(at[vec](idxs, 0)[:n], at[vec](blks, 0)[:n])
}

func blocks(idxs, sizes []int64) []Block {
	var out []Block
	for i, dim := range idxs {
		out = append(out, Block{Dim: int(dim), Size: int(sizes[i])})
	}
	return out
}
