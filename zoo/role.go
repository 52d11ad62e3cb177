package zoo

import "strconv"

// Role is what a variable is to its layer.
type Role int

const (
	Weight          Role = iota // the kernel of a dense layer or convolution
	Bias                        // of a dense layer or convolution
	Scale                       // of a normalisation
	Offset                      // of a normalisation
	RunningMean                 // of a normalisation; not trained
	RunningVariance             // of a normalisation; not trained, and never negative
)

var roleNames = [...]string{
	Weight: "kernel", Bias: "bias", Scale: "scale", Offset: "offset", RunningMean: "mean", RunningVariance: "variance",
}

// String is the last part of the paths of such variables.
func (r Role) String() string {
	if r < 0 || int(r) >= len(roleNames) {
		return "role " + strconv.Itoa(int(r))
	}
	return roleNames[r]
}
