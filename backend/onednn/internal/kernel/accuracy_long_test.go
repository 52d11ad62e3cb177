//go:build long

package kernel

import "testing"

// TestAccuracyDense tries one in a hundred of the 2^32 arguments.
func TestAccuracyDense(t *testing.T) { accuracy(t, 101) }
