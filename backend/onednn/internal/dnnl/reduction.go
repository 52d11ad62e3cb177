package dnnl

import "fmt"

// ReductionKind is how elements are combined, dnnl_alg_kind_t.
type ReductionKind int32

// The reductions.
const (
	ReduceMax  ReductionKind = 0x2fff2
	ReduceMin  ReductionKind = 0x2fff3
	ReduceSum  ReductionKind = 0x2fff4
	ReduceMul  ReductionKind = 0x2fff5
	ReduceMean ReductionKind = 0x2fff6
)

func (k ReductionKind) String() string {
	names := [...]string{"max", "min", "sum", "mul", "mean"}
	if i := k - ReduceMax; i >= 0 && int(i) < len(names) {
		return names[i]
	}
	return fmt.Sprintf("reduction(%#x)", int32(k))
}

// Reduction combines the elements along each dimension where the destination has 1.
type Reduction struct {
	Kind     ReductionKind
	Src, Dst *MemoryDesc
}

func (r *Reduction) String() string { return fmt.Sprintf("reduce %v %v to %v", r.Kind, r.Src, r.Dst) }

// Reduction computes [ArgDst] from [ArgSrc].
func (e *Engine) Reduction(r *Reduction, attr *Attr) (*PrimitiveDesc, error) {
	f := &e.lib.fn
	return e.newPrimitiveDesc(r.String(), attr, nil,
		func(op uintptr) int32 {
			return f.reductionV2(op, int32(r.Kind), r.Src.pointer(), r.Dst.pointer(), 0, 0)
		},
		func(out, attr, _ uintptr) int32 {
			return f.reductionV3(out, e.handle, int32(r.Kind), r.Src.pointer(), r.Dst.pointer(), 0, 0, attr)
		})
}
