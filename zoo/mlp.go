package zoo

import (
	"fmt"
	"strconv"
	"strings"
)

// mlp is the multi-layer perceptron: dense layers with ReLU.
func mlp() family {
	return family{
		name:  "mlp",
		help:  "mlp:128,128  multi-layer perceptron, the widths of its hidden ReLU layers (default 128,128)",
		paper: "two hidden layers of 128 ReLU units: Zhang et al., mixup: Beyond Empirical Risk Minimization, 2018, section 3.6",
		build: func(args string, b *builder) (string, error) {
			if args == "" {
				args = "128,128"
			}
			var widths []string
			for i, field := range strings.Split(args, ",") {
				width, err := strconv.Atoi(strings.TrimSpace(field))
				if err != nil || width < 1 || width > maxWidth {
					return "", fmt.Errorf("width %q of hidden layer %d is not a whole number from 1 to %d (write mlp:128,128)", field, i+1, maxWidth)
				}
				b.dense(fmt.Sprintf("hidden%d", i+1), width, forReLU)
				b.relu()
				b.blockEnd(fmt.Sprintf("hidden%d", i+1))
				widths = append(widths, strconv.Itoa(width))
			}
			return "mlp:" + strings.Join(widths, ","), nil
		},
	}
}

// maxWidth keeps a slip of the keyboard from asking for all memory.
const maxWidth = 1 << 16
