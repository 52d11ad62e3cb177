//go:build !(amd64 && goexperiment.simd)

package headroom

// Reserve does nothing: this build does not load parts of vectors.
func Reserve() {}
