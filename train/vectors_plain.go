//go:build !goexperiment.simd

package train

// goVectors is the width of the Go backend's vectors.
func goVectors() string { return "without vectors" }
