package train

import (
	"os"
	"slices"
	"strings"

	"golang.org/x/sys/cpu"
)

// vectors names the vector instructions that computations are chosen by: those
// of the processor, the width that the Go backend was built for and found, and
// the variables that change its choice, or that of GoMLX between a fused
// operation and its parts. Sums of other widths end in other bits.
func vectors() string {
	parts := []string{instructions()}
	if width := goVectors(); width != "" {
		parts = append(parts, "Go backend "+width)
	}
	settings := slices.DeleteFunc(os.Environ(), func(s string) bool {
		return !strings.HasPrefix(s, "GOMLX_GO_") && !strings.HasPrefix(s, "GOMLX_FUSION=")
	})
	slices.Sort(settings)
	return strings.Join(append(parts, settings...), ", ")
}

// instructions is the widest set of vector instructions that kernels are
// written for and that the processor has.
func instructions() string {
	switch x := &cpu.X86; {
	case x.HasAVX512F && x.HasAVX512BW && x.HasAVX512DQ && x.HasAVX512VL:
		return "AVX-512"
	case x.HasAVX2 && x.HasFMA:
		return "AVX2"
	case x.HasAVX:
		return "AVX"
	}
	return "no AVX"
}
