package onednn

import "github.com/gomlx/compute"

// The parameters of the operations that kernels of this package read; the names are those of
// compute.Function's arguments.

type convAttrs struct {
	axes                               compute.ConvolveAxesConfig
	strides                            []int
	paddings                           [][2]int
	inputDilations, kernelDilations    []int
	channelGroupCount, batchGroupCount int

	shifted []bool // spatial axes along which the padding was corrected, see correctGradients; nil if none was
}

type dotAttrs struct {
	lhsContracting, lhsBatch, rhsContracting, rhsBatch []int
	config                                             compute.DotGeneralConfig
}

type windowAttrs struct {
	reduction                                   compute.ReduceOpType // ReduceOpUndefined for select-and-scatter
	window, strides, dilations, windowDilations []int
	paddings                                    [][2]int
}

type argMinMaxAttrs struct {
	axis  int
	isMin bool
}

type broadcastAttrs struct{ axes []int }

type transposeAttrs struct{ permutation []int }

type reverseAttrs struct{ axes []int }

type padAttrs struct{ axes []compute.PadAxis }

type activationAttrs struct{ config compute.ActivationConfig }

type denseAttrs struct{ config compute.DenseConfig }

type softmaxAttrs struct{ axis int }
