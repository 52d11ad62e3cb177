package weights

import (
	"fmt"
	"strings"
)

// resNet has torchvision's names.
func resNet(layer string) string {
	var stage, block int
	var part string
	if n, _ := fmt.Sscanf(layer, "stage%d/block%d/%s", &stage, &block, &part); n == 3 {
		part = named(part, map[string]string{"shortcut": "downsample.0", "shortcut-norm": "downsample.1"})
		return fmt.Sprintf("layer%d.%d.%s", stage, block-1, strings.Replace(part, "norm", "bn", 1))
	}
	return named(layer, map[string]string{"stem": "conv1", "norm": "bn1", "logits": "fc"})
}
