package weights

import (
	"fmt"
	"strings"
)

// preActResNet has the names of the definitions for CIFAR: layer1.0.conv1,
// shortcut.0, linear; bn is the normalisation after the last block, bn1 that
// after the stem.
func preActResNet(layer string) string {
	var stage, block int
	var part string
	if n, _ := fmt.Sscanf(layer, "stage%d/block%d/%s", &stage, &block, &part); n == 3 {
		part = named(part, map[string]string{"shortcut": "shortcut.0"})
		return fmt.Sprintf("layer%d.%d.%s", stage, block-1, strings.Replace(part, "norm", "bn", 1))
	}
	return named(layer, map[string]string{"stem": "conv1", "stem-norm": "bn1", "norm": "bn", "logits": "linear"})
}
