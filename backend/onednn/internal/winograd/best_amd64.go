package winograd

import "golang.org/x/sys/cpu"

func multiplies() bool { return cpu.X86.HasAVX2 && cpu.X86.HasFMA && !cpu.X86.HasAVX512F }

func best() (k *kernels, fast bool) {
	if cpu.X86.HasAVX2 && cpu.X86.HasFMA {
		return &avx2Kernels, true
	}
	return &portableKernels, false
}
