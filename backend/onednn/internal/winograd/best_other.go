//go:build !amd64

package winograd

func best() (k *kernels, fast bool) { return &portableKernels, false }
