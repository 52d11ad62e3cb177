//go:build long

package onednn

import stdflag "flag" // the package has a function flag

// randomGraphs is how many graphs TestRandomGraphs compares.
const randomGraphs = 20_000

// Property tests draw twenty times as many cases as their default.
func init() {
	if err := stdflag.Set("rapid.checks", "2000"); err != nil {
		panic(err)
	}
}
