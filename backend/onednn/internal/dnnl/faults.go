package dnnl

// Faults of the library that would give wrong results silently. What they concern is refused as unimplemented, so that
// the caller computes it otherwise.

// faultyBackwardWeights: in 3.2 (2.6.3 is right; other versions were not tried) the kernel
// jit_bf16:avx512_core_bf16 leaves gradients unwritten, or misses terms, in some convolutions where a tap of the
// kernel meets nothing but padding, or the kernel with its dilation is longer than the source. Of 26,000 random
// convolutions all eleven wrong results were such.
func (c *Convolution) faultyBackwardWeights(v Version) bool {
	rank := len(c.Src.dims)
	if v.Major != 3 || c.Src.dtype != BF16 || len(c.Dst.dims) != rank || len(c.Weights.dims) < rank {
		return false
	}
	spatial := rank - 2
	kernel := c.Weights.dims[len(c.Weights.dims)-spatial:]
	strides, dilations, low := orElse(c.Strides, spatial, 1), orElse(c.Dilations, spatial, 1), orElse(c.Low, spatial, 0)
	for i, taps := range kernel {
		size, result := c.Src.dims[2+i], c.Dst.dims[2+i]
		if (taps-1)*dilations[i]+1 > size {
			return true
		}
		for k := range taps {
			if !meetsSource(k*dilations[i]-low[i], strides[i], size, result) {
				return true
			}
		}
	}
	return false
}

// meetsSource says whether start + y·stride is in [0, size) for some y in [0, result).
func meetsSource(start, stride, size, result int) bool {
	for y := range result {
		if x := start + y*stride; x >= 0 && x < size {
			return true
		}
	}
	return false
}
