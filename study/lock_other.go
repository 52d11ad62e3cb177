//go:build !unix

package study

import "os"

// lockExclusive does nothing: there is no flock on this system.
func lockExclusive(*os.File) error { return nil }
