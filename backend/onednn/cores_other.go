//go:build !linux

package onednn

import "runtime"

// usableCores is the number of logical processors that this process may use.
func usableCores() int { return runtime.NumCPU() }
