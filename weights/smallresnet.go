package weights

import (
	"fmt"
	"strings"
)

// smallResNet has the names of the pre-activated residual networks for CIFAR:
// layer1.0.conv1, layer1.0.shortcut.0, linear. bn1 is the normalisation after
// the stem and bn that after the last block.
func smallResNet(layer string) string {
	var stage, block int
	var part string
	if n, _ := fmt.Sscanf(layer, "stage%d/block%d/%s", &stage, &block, &part); n == 3 {
		part = named(part, map[string]string{"shortcut": "shortcut.0", "shortcut-norm": "shortcut.1"})
		return fmt.Sprintf("layer%d.%d.%s", stage, block-1, strings.Replace(part, "norm", "bn", 1))
	}
	return named(layer, map[string]string{"stem": "conv1", "stem-norm": "bn1", "norm": "bn", "logits": "linear"})
}

// smallResNeXt has the names of smallResNet; its one normalisation outside the
// blocks follows the stem.
func smallResNeXt(layer string) string {
	if layer == "norm" {
		return "bn1"
	}
	return smallResNet(layer)
}
