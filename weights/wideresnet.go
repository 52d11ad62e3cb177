package weights

import (
	"fmt"
	"strings"
)

// wideResNet has the names of the definitions in which a stage is
// block1.layer: block1.layer.0.conv1, block1.layer.0.convShortcut, bn1, fc.
func wideResNet(layer string) string {
	var stage, block int
	var part string
	if n, _ := fmt.Sscanf(layer, "stage%d/block%d/%s", &stage, &block, &part); n == 3 {
		part = named(part, map[string]string{"shortcut": "convShortcut"})
		return fmt.Sprintf("block%d.layer.%d.%s", stage, block-1, strings.Replace(part, "norm", "bn", 1))
	}
	return named(layer, map[string]string{"stem": "conv1", "norm": "bn1", "logits": "fc"})
}
