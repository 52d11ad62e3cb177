package train

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/gomlx/compute"
	_ "github.com/gomlx/compute/gobackend" // registers "go"

	"github.com/vicinal-ml/vicinal/backend/onednn"
	"github.com/vicinal-ml/vicinal/internal/headroom"
	"github.com/vicinal-ml/vicinal/internal/nearest"
)

// goConfig runs GoMLX's Go backend, one operation after another. Its
// operations in parallel are no faster on networks this small, and a study
// keeps the cores busy with runs side by side. Results are the same to the bit.
const goConfig = "go:ops_sequential"

// DefaultBackend returns the configuration of the best backend there is:
// oneDNN's, where the library is found, with algorithms that repeat to the bit
// on the same number of threads; GoMLX's Go backend elsewhere.
func DefaultBackend() string { return defaultBackend() }

var defaultBackend = sync.OnceValue(func() string {
	if _, err := onednn.Probe(); err != nil {
		return goConfig
	}
	return onednn.BackendName + ":deterministic"
})

// BackendConfig completes a configuration, "" for the default, for runs of a
// precision. threads is the number of threads where the configuration says
// none: 0 is one a core. The last bits of results depend on it.
func BackendConfig(config, precision string, threads int) (string, error) {
	if config == "" {
		config = DefaultBackend()
	}
	precision, err := resolvePrecision(precision)
	if err != nil {
		return "", err
	}
	name, options, _ := strings.Cut(config, ":")
	if name != onednn.BackendName {
		if precision == PrecisionMixed {
			return "", fmt.Errorf("precision mixed: backend %s computes in float32 only; use onednn, or precision f32", name)
		}
		return config, nil
	}
	given := slices.DeleteFunc(strings.Split(options, ","), func(o string) bool { return o == "" })
	has := func(option string) bool {
		return slices.ContainsFunc(given, func(o string) bool { return o == option || strings.HasPrefix(o, option+"=") })
	}
	if precision == PrecisionMixed && !has("mixed") {
		given = append(given, "mixed")
	}
	if threads > 0 && !has("threads") {
		given = append(given, fmt.Sprintf("threads=%d", threads))
	}
	if len(given) == 0 {
		return name, nil
	}
	return name + ":" + strings.Join(given, ","), nil
}

// Backend returns the backend of that configuration ("go",
// "onednn:deterministic"), or the default one for "". The caller finalizes it.
func Backend(config string) (compute.Backend, error) {
	if config == "" {
		config = DefaultBackend()
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

// backendName names a backend with all that its numbers depend on.
func backendName(backend compute.Backend) string {
	if b, ok := backend.(interface{ Library() string }); ok && b.Library() != "" {
		return fmt.Sprintf("%s (%s)", backend, b.Library())
	}
	return backend.String()
}
