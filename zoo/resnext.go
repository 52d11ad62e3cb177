package zoo

import "fmt"

// resNeXt is the ResNeXt for small images: a 3x3 stem, three stages of
// (depth-2)/9 blocks each, the mean over the plane and a dense layer.
func resNeXt() family {
	return family{
		name:  "resnext",
		help:  "resnext:depth=29,cardinality=4,width=24,base=64  ResNeXt for small images: layers (2 more than a multiple of 9), groups of the 3x3 convolutions, channels of each group in the first stage, channels of the stem",
		paper: "Xie et al., Aggregated Residual Transformations for Deep Neural Networks, 2016 (arXiv 1611.05431), section 5.3",
		build: func(args string, b *builder) (string, error) {
			depth, cardinality, width, base := 29, 4, 24, 64
			err := parseOptions(args, []option{
				whole("depth", &depth, 11, 1001),
				whole("cardinality", &cardinality, 1, 1<<8),
				whole("width", &width, 1, 1<<10),
				whole("base", &base, 1, maxWidth>>4),
			})
			if err != nil {
				return "", err
			}
			if depth%9 != 2 {
				return "", fmt.Errorf("depth=%d is not 2 more than a multiple of 9 (11, 20, 29, 38)", depth)
			}
			b.conv("stem", base, 3, 1)
			b.batchNorm("norm")
			b.relu()
			for stage := range 3 {
				for i := range (depth - 2) / 9 {
					block := bottleneck{inner: cardinality * width << stage, out: 4 * base << stage, groups: cardinality, stride: firstStride(stage, i)}
					block.add(b, fmt.Sprintf("stage%d/block%d", stage+1, i+1))
				}
				b.blockEnd(fmt.Sprintf("stage%d", stage+1))
			}
			b.mean()
			return fmt.Sprintf("resnext:depth=%d,cardinality=%d,width=%d,base=%d", depth, cardinality, width, base), nil
		},
	}
}

// largeResNeXt is the ResNeXt for 224 x 224 images, as torchvision's
// (resnext50_32x4d, resnext101_64x4d and their like).
func largeResNeXt(depth int, blocks [4]int) family {
	name := fmt.Sprintf("resnext%d", depth)
	return family{
		name:    name,
		help:    name + ":cardinality=32,width=4,base=64  ResNeXt for images of about 224 x 224 pixels: groups of the 3x3 convolutions, channels of each group in the first stage, channels of the stem",
		paper:   "Xie et al., Aggregated Residual Transformations for Deep Neural Networks, 2016 (arXiv 1611.05431)",
		shape:   largeImage,
		classes: 1000,
		build: func(args string, b *builder) (string, error) {
			cardinality, width, base := 32, 4, 64
			err := parseOptions(args, []option{
				whole("cardinality", &cardinality, 1, 1<<8),
				whole("width", &width, 1, 1<<10),
				whole("base", &base, 1, maxWidth>>5),
			})
			if err != nil {
				return "", err
			}
			b.largeStem(base)
			for stage, n := range blocks {
				for i := range n {
					block := bottleneck{inner: cardinality * width << stage, out: 4 * base << stage, groups: cardinality, stride: firstStride(stage, i)}
					block.add(b, fmt.Sprintf("stage%d/block%d", stage+1, i+1))
				}
				b.blockEnd(fmt.Sprintf("stage%d", stage+1))
			}
			b.mean()
			return fmt.Sprintf("%s:cardinality=%d,width=%d,base=%d", name, cardinality, width, base), nil
		},
	}
}
