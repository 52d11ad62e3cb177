package kernel

import "golang.org/x/sys/cpu"

//go:generate go run ./gen

func vectorISAs() []ISA {
	var all []ISA
	if cpu.X86.HasAVX2 {
		all = append(all, AVX2)
	}
	if cpu.X86.HasAVX512F && cpu.X86.HasAVX512BW && cpu.X86.HasAVX512DQ && cpu.X86.HasAVX512VL {
		all = append(all, AVX512)
	}
	return all
}

// opTableFor returns the kernels of isa, which must be supported.
func opTableFor(isa ISA) *opTable {
	t := portableTable()
	switch isa {
	case AVX2:
		useAVX2(t)
	case AVX512:
		useAVX512(t)
	}
	return t
}
