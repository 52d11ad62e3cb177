package weights

import "strings"

// googLeNet has torchvision's names: each convolution and its normalisation
// are conv and bn of one module, and the branches but the first are sequences.
func googLeNet(layer string) string {
	if layer == headLayer {
		return "fc"
	}
	layer, isNorm := strings.CutSuffix(layer, "-norm")
	module, branch, inBranch := strings.Cut(layer, "/")
	if inBranch {
		module += "." + named(branch, map[string]string{
			"branch2-reduce": "branch2.0", "branch2": "branch2.1",
			"branch3-reduce": "branch3.0", "branch3": "branch3.1", "branch4": "branch4.1",
		})
	}
	if isNorm {
		return module + ".bn"
	}
	return module + ".conv"
}
