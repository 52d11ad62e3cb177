//go:build !unix

package fetch

import "os"

// tryLock grants the lock to everyone where the system has no flock.
func tryLock(*os.File) (bool, error) { return true, nil }
