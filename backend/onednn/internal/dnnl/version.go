package dnnl

import "fmt"

// Version is what the library calls itself.
type Version struct{ Major, Minor, Patch int }

func (v Version) String() string { return fmt.Sprintf("%d.%d.%d", v.Major, v.Minor, v.Patch) }

// check refuses versions whose API this package does not speak.
func (v Version) check() error {
	if v.Major == 2 && v.Minor >= 6 || v.Major == 3 {
		return nil
	}
	return fmt.Errorf("it is version %v, wanted 2.6 or a newer 2.x, or 3.x", v)
}
