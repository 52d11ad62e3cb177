package dnnl

import "fmt"

const (
	softmaxAccurate = 0x30000
	softmaxLog      = 0x30001
)

// Softmax is eˣ / Σ eˣ along one dimension or, with Log, its logarithm.
type Softmax struct {
	Log      bool
	Src, Dst *MemoryDesc // or, in a backward operation, their gradients
	// Result describes the forward operation's destination, for a backward operation; nil means as Dst.
	Result *MemoryDesc
	Axis   int // counted from 0
}

func (s *Softmax) String() string {
	name := "softmax"
	if s.Log {
		name = "log-softmax"
	}
	return fmt.Sprintf("%s over dimension %d, %v to %v", name, s.Axis, s.Src, s.Dst)
}

func (s *Softmax) code(doing string) (uintptr, error) {
	if s.Src == nil || s.Dst == nil {
		return 0, invalid(doing, "source and destination are needed")
	}
	if s.Axis < 0 || s.Axis >= len(s.Src.dims) {
		return 0, invalid(doing, "no such dimension")
	}
	if s.Log {
		return softmaxLog, nil
	}
	return softmaxAccurate, nil
}

// SoftmaxForward computes [ArgDst] from [ArgSrc].
func (e *Engine) SoftmaxForward(s *Softmax, prop Prop, attr *Attr) (*PrimitiveDesc, error) {
	doing := "forward " + s.String()
	code, err := s.code(doing)
	if err != nil {
		return nil, err
	}
	f := &e.lib.fn
	return e.newPrimitiveDesc(doing, attr, nil,
		func(op uintptr) int32 {
			return int32(call(f.softmaxForward, op, uintptr(prop), code, s.Src.ptr, s.Dst.ptr, uintptr(s.Axis)))
		},
		func(out, attr, _ uintptr) int32 {
			return int32(call(f.softmaxForward, out, e.handle, uintptr(prop), code, s.Src.ptr, s.Dst.ptr,
				uintptr(s.Axis), attr))
		})
}

// SoftmaxBackward computes [ArgDiffSrc] from [ArgDiffDst] and the forward operation's result [ArgDst]. The hint is
// the forward operation.
func (e *Engine) SoftmaxBackward(s *Softmax, hint *PrimitiveDesc, attr *Attr) (*PrimitiveDesc, error) {
	doing := "backward " + s.String()
	code, err := s.code(doing)
	if err != nil {
		return nil, err
	}
	result := s.Result
	if result == nil {
		result = s.Dst
	}
	f := &e.lib.fn
	return e.newPrimitiveDesc(doing, attr, hint,
		func(op uintptr) int32 {
			return int32(call(f.softmaxBackward, op, code, s.Src.ptr, s.Dst.ptr, result.ptr, uintptr(s.Axis)))
		},
		func(out, attr, hint uintptr) int32 {
			return int32(call(f.softmaxBackward, out, e.handle, code, s.Src.ptr, s.Dst.ptr, result.ptr,
				uintptr(s.Axis), hint, attr))
		})
}
