package train

import (
	"strings"
	"testing"
)

// TestVectorsNoteSettings sets the variables that change how GoMLX computes: they are noted, others are not.
func TestVectorsNoteSettings(t *testing.T) {
	t.Setenv("GOMLX_FUSION", "0")
	t.Setenv("GOMLX_GO_SIMD_AVX2", "false")
	t.Setenv("GOMLX_BACKEND", "go")
	got := vectors()
	for _, want := range []string{"GOMLX_FUSION=0", "GOMLX_GO_SIMD_AVX2=false"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q does not note %s", got, want)
		}
	}
	if strings.Contains(got, "GOMLX_BACKEND") {
		t.Errorf("%q notes the choice of the backend, which has its own place", got)
	}
}
