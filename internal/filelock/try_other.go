//go:build !unix

package filelock

import "os"

// Try grants the lock to everyone: this system has no flock.
func Try(*os.File) (bool, error) { return true, nil }
