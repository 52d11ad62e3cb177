//go:build long

package kernel

import "testing"

// TestAccuracyEverywhere tries all but a few of the 2^32 arguments.
func TestAccuracyEverywhere(t *testing.T) { accuracy(t, 13) }
