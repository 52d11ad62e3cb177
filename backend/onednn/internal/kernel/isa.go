package kernel

import "fmt"

// ISA is an instruction set that the kernels exist for. All give the same results.
type ISA int

const (
	// Portable is plain Go, for every platform.
	Portable ISA = iota
	// AVX2 is 256-bit assembly for amd64.
	AVX2
	// AVX512 is 512-bit assembly for amd64 with the F, BW, DQ and VL parts of AVX-512.
	AVX512
)

// String returns the usual name of the instruction set.
func (i ISA) String() string {
	switch i {
	case Portable:
		return "portable"
	case AVX2:
		return "avx2"
	case AVX512:
		return "avx512"
	}
	return fmt.Sprintf("ISA(%d)", int(i))
}

// Supported lists the instruction sets that this machine runs, worst first.
func Supported() []ISA {
	return append([]ISA{Portable}, vectorISAs()...)
}

// Best returns the fastest instruction set that this machine runs.
func Best() ISA {
	all := Supported()
	return all[len(all)-1]
}
