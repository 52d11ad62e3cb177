//go:build !long

package onednn

// randomGraphs is how many graphs TestRandomGraphs compares.
const randomGraphs = 300
