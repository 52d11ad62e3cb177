package cli

import "github.com/gomlx/compute"

// Factory is what every command shares.
type Factory struct {
	IO *IO

	// Backend opens a backend of GoMLX by its configuration ("" is the best one there is).
	Backend func(config string) (compute.Backend, error)
}
