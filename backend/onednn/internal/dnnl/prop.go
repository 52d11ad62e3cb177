package dnnl

// Prop says what a forward operation is for.
type Prop int32

// The forward propagation kinds, dnnl_prop_kind_t.
const (
	Training  Prop = 64 // its workspace and statistics are for a backward operation
	Inference Prop = 96
)

const (
	propBackward     = 128
	propBackwardData = 160
)
