//go:build !long

package cli

// powerCutStates is about how many states each test of a loss of power tries,
// from all over the command; with the tag long it is all.
const powerCutStates = 10
