package dnnl

import "fmt"

// BatchNorm normalises over all dimensions but the second, C:
//
//	dst = relu?( scale[c] · (src − mean[c]) / √(variance[c] + ε) + shift[c] )
//
// The variance is the biased one. Mean, variance, scale and shift are f32 [C].
type BatchNorm struct {
	Data *MemoryDesc // of source, destination and their gradients; not of open layout
	// DiffData describes the gradients of source and destination; nil means as Data.
	DiffData     *MemoryDesc
	Epsilon      float32
	Scale, Shift bool // whether there are arguments scale and shift
	ReLU         bool // whether the result is max(0, ·); training then has a workspace
	// GlobalStats says that mean and variance are given instead of computed from the batch.
	GlobalStats bool
}

func (b *BatchNorm) flags(major int) (flags uint32) {
	set := func(on bool, two, three uint32) {
		if on && major == 2 {
			flags |= two
		} else if on {
			flags |= three
		}
	}
	set(b.GlobalStats, 1, 1)
	set(b.Scale, 8, 2)
	set(b.Shift, 16, 4)
	set(b.ReLU, 4, 8)
	return flags
}

func (b *BatchNorm) String() string {
	s := fmt.Sprintf("batch normalisation %v epsilon %g", b.Data, b.Epsilon)
	for _, o := range []struct {
		on   bool
		name string
	}{{b.Scale, " scale"}, {b.Shift, " shift"}, {b.ReLU, " relu"}, {b.GlobalStats, " global"}} {
		if o.on {
			s += o.name
		}
	}
	return s
}

// BatchNormForward computes [ArgDst] from [ArgSrc], [ArgScale] and [ArgShift]. [ArgMean] and [ArgVariance] are
// results in training, inputs with GlobalStats, and absent in inference without. Training with ReLU also writes
// [ArgWorkspace].
func (e *Engine) BatchNormForward(b *BatchNorm, prop Prop, attr *Attr) (*PrimitiveDesc, error) {
	doing := "forward " + b.String()
	if b.Data == nil {
		return nil, invalid(doing, "no data")
	}
	f, flags := &e.lib.fn, b.flags(e.lib.version.Major)
	return e.newPrimitiveDesc(doing, attr, nil,
		func(op uintptr) int32 {
			return f.normForwardV2(op, int32(prop), b.Data.ptr, b.Epsilon, flags)
		},
		func(out, attr, _ uintptr) int32 {
			return f.normForwardV3(out, e.handle, int32(prop), b.Data.ptr, b.Data.ptr, b.Epsilon, flags, attr)
		})
}

// BatchNormBackward computes [ArgDiffSrc], [ArgDiffScale] and [ArgDiffShift] from [ArgSrc], [ArgMean],
// [ArgVariance], [ArgDiffDst], [ArgScale], [ArgShift], and with ReLU [ArgWorkspace]. The hint is the forward operation in training, needed with ReLU.
func (e *Engine) BatchNormBackward(b *BatchNorm, hint *PrimitiveDesc, attr *Attr) (*PrimitiveDesc, error) {
	doing := "backward " + b.String()
	if b.Data == nil {
		return nil, invalid(doing, "no data")
	}
	diff := b.DiffData
	if diff == nil {
		diff = b.Data
	}
	f, flags := &e.lib.fn, b.flags(e.lib.version.Major)
	var prop int32 = propBackwardData
	if b.Scale || b.Shift {
		prop = propBackward
	}
	pd, err := e.newPrimitiveDesc(doing, attr, hint,
		func(op uintptr) int32 {
			return f.normBackwardV2(op, prop, diff.ptr, b.Data.ptr, b.Epsilon, flags)
		},
		func(out, attr, hint uintptr) int32 {
			return f.normBackwardV3(out, e.handle, prop, diff.ptr, diff.ptr, b.Data.ptr, b.Epsilon, flags, hint, attr)
		})
	if err == nil && e.lib.version.Major == 3 {
		pd.unused = ArgShift // version 2 counts it among the inputs, version 3 does not
	}
	return pd, err
}
