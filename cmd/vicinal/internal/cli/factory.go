package cli

import (
	"github.com/gomlx/compute"

	"github.com/vicinal-ml/vicinal/train"
)

// Factory is what every command shares.
type Factory struct {
	IO *IO

	// Backend opens a backend of GoMLX by its configuration ("" is the best one there is).
	Backend func(config string) (compute.Backend, error)
}

// openBackend opens a backend for runs of a precision, with that many threads where the configuration says
// none; 0 is one a core. One that is not known is a usage error.
func openBackend(f *Factory, config, precision string, threads int) (compute.Backend, error) {
	config, err := train.BackendConfig(config, precision, threads)
	if err != nil {
		return nil, asUsage(err)
	}
	backend, err := f.Backend(config)
	return backend, asUsage(err)
}
