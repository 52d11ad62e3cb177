//go:build !linux

package onednn

import "math"

// systemMemory is not known here.
func systemMemory() int { return math.MaxInt }
