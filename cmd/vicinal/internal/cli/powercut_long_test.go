//go:build long

package cli

import "math"

// powerCutStates is how many states each test of a loss of power tries: all.
const powerCutStates = math.MaxInt
