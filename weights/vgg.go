package weights

import (
	"fmt"

	"github.com/vicinal-ml/vicinal/zoo"
)

// vggFeatures are the positions of the convolutions in torchvision's
// vgg11_bn.features; the normalisation of each is the next.
var vggFeatures = []int{0, 4, 8, 11, 15, 18, 22, 25}

// vgg11 has the names of torchvision's vgg11_bn. The dense layers are three
// positions apart: a ReLU and a dropout lie between them.
func vgg11(n *zoo.Network) func(layer string) string {
	dense := map[string]string{"hidden": "classifier.0", "hidden2": "classifier.3", "logits": "classifier.3"}
	if has(n, "hidden2") {
		dense["logits"] = "classifier.6"
	}
	return func(layer string) string {
		var i int
		if n, _ := fmt.Sscanf(layer, "conv%d", &i); n == 1 && i >= 1 && i <= len(vggFeatures) {
			return fmt.Sprintf("features.%d", vggFeatures[i-1])
		}
		if n, _ := fmt.Sscanf(layer, "norm%d", &i); n == 1 && i >= 1 && i <= len(vggFeatures) {
			return fmt.Sprintf("features.%d", vggFeatures[i-1]+1)
		}
		return named(layer, dense)
	}
}

// vgg11Biased: torchvision's convolutions have biases.
func vgg11Biased(layer string) string {
	var i int
	if n, _ := fmt.Sscanf(layer, "conv%d", &i); n == 1 {
		return fmt.Sprintf("norm%d", i)
	}
	return ""
}
