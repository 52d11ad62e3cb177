//go:build goexperiment.simd

package train

import (
	"fmt"
	"simd"
)

// goVectors is the width of the Go backend's vectors.
func goVectors() string {
	if simd.Emulated() {
		return "without vectors"
	}
	return fmt.Sprintf("%d bits", simd.VectorBitSize())
}
