//go:build !unix

package train

import "os"

// lockExclusive does nothing: there is no flock on this system.
func lockExclusive(*os.File) error { return nil }
