package zoo

import "fmt"

// wideResNet is the wide residual network: three stages of pre-activation
// basic blocks, (depth-4)/6 each.
func wideResNet() family {
	return family{
		name:  "wideresnet",
		help:  "wideresnet:depth=28,widen=10,dropout=0  wide residual network: layers (4 more than a multiple of 6), how many times wider than 16, 32, 64 channels, share of the units dropped between the convolutions of each block",
		paper: "Zagoruyko and Komodakis, Wide Residual Networks, 2016 (arXiv 1605.07146)",
		build: func(args string, b *builder) (string, error) {
			depth, widen, dropout := 28, 10, 0.0
			err := parseOptions(args, []option{
				whole("depth", &depth, 10, 1000),
				whole("widen", &widen, 1, 256),
				share("dropout", &dropout),
			})
			if err != nil {
				return "", err
			}
			if depth%6 != 4 {
				return "", fmt.Errorf("depth=%d is not 4 more than a multiple of 6 (10, 16, 22, 28, 40)", depth)
			}
			b.conv("stem", 16, 3, 1)
			for stage := range 3 {
				for i := range (depth - 4) / 6 {
					block := preActBlock{width: 16 * widen << stage, stride: firstStride(stage, i), dropout: dropout}
					block.add(b, fmt.Sprintf("stage%d/block%d", stage+1, i+1))
				}
				b.blockEnd(fmt.Sprintf("stage%d", stage+1))
			}
			b.batchNorm("norm")
			b.relu()
			b.mean()
			return withDropout(fmt.Sprintf("wideresnet:depth=%d,widen=%d", depth, widen), dropout), nil
		},
	}
}
