package weights

import (
	"fmt"
	"strings"
)

// denseNet has the names of the definitions for CIFAR: dense1.0.bn1,
// trans1.conv, linear.
func denseNet(layer string) string {
	var block, i int
	var part string
	if n, _ := fmt.Sscanf(layer, "block%d/layer%d/%s", &block, &i, &part); n == 3 {
		return fmt.Sprintf("dense%d.%d.%s", block, i-1, strings.Replace(part, "norm", "bn", 1))
	}
	if n, _ := fmt.Sscanf(layer, "transition%d/%s", &block, &part); n == 2 {
		return fmt.Sprintf("trans%d.%s", block, named(part, map[string]string{"norm1": "bn", "conv1": "conv"}))
	}
	return named(layer, map[string]string{"stem": "conv1", "norm": "bn", "logits": "linear"})
}
