package train

import (
	"fmt"
	"slices"
	"strings"

	"github.com/gomlx/compute"
	_ "github.com/gomlx/compute/gobackend" // registers "go"

	_ "github.com/vicinal-ml/vicinal/backend/onednn" // registers "onednn"
	"github.com/vicinal-ml/vicinal/internal/headroom"
	"github.com/vicinal-ml/vicinal/internal/nearest"
)

// defaultBackend runs GoMLX's Go backend, one operation after another. Its
// operations in parallel are no faster on networks this small, and a study
// keeps the cores busy with runs side by side. Results are the same to the bit.
const defaultBackend = "go:ops_sequential"

// Backend returns the backend of that configuration ("go",
// "go:ops_sequential"), or the best available for "". The caller finalizes it.
func Backend(config string) (compute.Backend, error) {
	if config == "" {
		config = defaultBackend
	}
	name, _, _ := strings.Cut(config, ":")
	known := compute.List()
	slices.Sort(known)
	if !slices.Contains(known, name) {
		return nil, fmt.Errorf("unknown backend %q%s; known are %s", name, nearest.Hint(name, known), strings.Join(known, ", "))
	}
	headroom.Reserve()
	backend, err := compute.NewWithConfig(config)
	if err != nil {
		return nil, fmt.Errorf("starting backend %q: %w", config, err)
	}
	return backend, nil
}
