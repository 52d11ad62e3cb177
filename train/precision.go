package train

import (
	"fmt"

	"github.com/gomlx/compute"

	"github.com/vicinal-ml/vicinal/internal/nearest"
)

// How a training step is computed.
const (
	PrecisionFloat32 = "f32"
	// PrecisionMixed has convolutions and matrix products in bfloat16 where
	// that is faster; weights, optimiser, statistics and losses are float32.
	PrecisionMixed = "mixed"
)

// Precisions lists the names of the precisions; bf16 is another one for mixed.
func Precisions() []string { return []string{PrecisionFloat32, PrecisionMixed, "bf16"} }

// resolvePrecision returns "" for float32, which specs of the past have.
func resolvePrecision(name string) (string, error) {
	switch name {
	case "", PrecisionFloat32:
		return "", nil
	case PrecisionMixed, "bf16":
		return PrecisionMixed, nil
	}
	return "", fmt.Errorf("unknown precision %q%s; known are f32, mixed (or bf16)", name, nearest.Hint(name, Precisions()))
}

// checkPrecision refuses a backend that computes otherwise than the spec says.
func checkPrecision(backend compute.Backend, precision string) error {
	m, ok := backend.(interface{ Mixed() bool })
	mixed := ok && m.Mixed()
	switch {
	case precision == PrecisionMixed && !mixed:
		return fmt.Errorf("precision mixed: backend %s computes in float32 only; use onednn, or precision f32", backend)
	case precision != PrecisionMixed && mixed:
		return fmt.Errorf("backend %s computes in bfloat16, which the run does not say: set precision mixed", backend)
	}
	return nil
}
