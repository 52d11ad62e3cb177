//go:build !amd64

package winograd

func best() (k *kernels, fast bool) { return &portableKernels, false }

func multiplies() bool { return false }
