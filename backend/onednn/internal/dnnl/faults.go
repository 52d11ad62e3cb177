package dnnl

import "strings"

// Faults of the library that would give wrong results silently. Implementations that have them are passed over for the
// next, which is slower and right.

// faultyBackwardWeights: the kernels jit:avx512_core and jit_bf16:avx512_core_bf16 of the weights' gradient (2.6.3 and
// 3.2; other versions were not tried) read beyond the source, or what nobody wrote, in these cases:
//
//   - in three dimensions, no window lies inside the source in depth;
//   - in bf16, a tap meets nothing but padding;
//   - in bf16, the result is one wide and the stride is not 1.
//
// Of 240,000 random convolutions 2,486 gave wrong results, and all were such. It is a question of tiny images.
func (c *Convolution) faultyBackwardWeights(implementation string) bool {
	if !strings.HasPrefix(implementation, "jit:avx512_core") && !strings.HasPrefix(implementation, "jit_bf16:") {
		return false
	}
	spatial := len(c.Src.dims) - 2
	kernel := c.Weights.dims[len(c.Weights.dims)-spatial:]
	strides, dilations, low := orElse(c.Strides, spatial, 1), orElse(c.Dilations, spatial, 1), orElse(c.Low, spatial, 0)
	reduced := c.Src.dtype != F32
	last := spatial - 1
	if reduced && c.Dst.dims[2+last] == 1 && strides[last] > 1 {
		return true
	}
	for i, taps := range kernel {
		size, result := c.Src.dims[2+i], c.Dst.dims[2+i]
		if i == 0 && spatial == 3 {
			extent := (taps-1)*dilations[i] + 1
			if !anyWithin(-low[i], strides[i], result, 0, size-extent) {
				return true
			}
		}
		for k := 0; reduced && k < taps; k++ {
			if !anyWithin(k*dilations[i]-low[i], strides[i], result, 0, size-1) {
				return true
			}
		}
	}
	return false
}

// anyWithin says whether low ≤ start + y·stride ≤ high for some y in [0, n).
func anyWithin(start, stride, n, low, high int) bool {
	for y := range n {
		if x := start + y*stride; x >= low && x <= high {
			return true
		}
	}
	return false
}
