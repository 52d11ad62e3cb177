package cli

import "github.com/gomlx/compute"

// Factory is what every command shares.
type Factory struct {
	IO *IO

	// Backend opens a backend of GoMLX by its configuration ("" is the best one there is).
	Backend func(config string) (compute.Backend, error)
}

// openBackend opens a backend for training; one that is not known is a usage error.
func openBackend(f *Factory, config string) (compute.Backend, error) {
	backend, err := f.Backend(config)
	return backend, asUsage(err)
}
