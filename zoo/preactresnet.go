package zoo

import "fmt"

// preActResNet is the pre-activation residual network for small images: a 3x3
// stem, four stages of basic blocks, a last normalisation, the mean over the
// plane and a dense layer.
func preActResNet(depth int, blocks [4]int) family {
	name := fmt.Sprintf("preactresnet%d", depth)
	return family{
		name:  name,
		help:  name + ":width=64  pre-activation residual network for small images, with a last normalisation: channels of the first stage",
		paper: "He et al., Identity Mappings in Deep Residual Networks, 2016 (arXiv 1603.05027)",
		build: func(args string, b *builder) (string, error) {
			width := 64
			if err := parseOptions(args, []option{{"width", &width, 1, maxWidth >> 3}}); err != nil {
				return "", err
			}
			b.conv("stem", width, 3, 1)
			for stage, n := range blocks {
				for i := range n {
					b.preActBlock(fmt.Sprintf("stage%d/block%d", stage+1, i+1), width<<stage, firstStride(stage, i))
				}
			}
			b.preActEnd()
			return fmt.Sprintf("%s:width=%d", name, width), nil
		},
	}
}

// wideResNet is the wide residual network: three stages of pre-activation
// basic blocks, (depth-4)/6 each.
func wideResNet() family {
	return family{
		name:  "wideresnet",
		help:  "wideresnet:depth=28,widen=10  wide residual network: layers (4 more than a multiple of 6), how many times wider than 16, 32, 64 channels",
		paper: "Zagoruyko and Komodakis, Wide Residual Networks, 2016 (arXiv 1605.07146)",
		build: func(args string, b *builder) (string, error) {
			depth, widen := 28, 10
			if err := parseOptions(args, []option{{"depth", &depth, 10, 1000}, {"widen", &widen, 1, 256}}); err != nil {
				return "", err
			}
			if depth%6 != 4 {
				return "", fmt.Errorf("depth=%d is not 4 more than a multiple of 6 (10, 16, 22, 28, 40)", depth)
			}
			b.conv("stem", 16, 3, 1)
			for stage := range 3 {
				for i := range (depth - 4) / 6 {
					b.preActBlock(fmt.Sprintf("stage%d/block%d", stage+1, i+1), 16*widen<<stage, firstStride(stage, i))
				}
			}
			b.preActEnd()
			return fmt.Sprintf("wideresnet:depth=%d,widen=%d", depth, widen), nil
		},
	}
}

// firstStride halves the plane at the first block of every stage but the first.
func firstStride(stage, block int) int {
	if stage > 0 && block == 0 {
		return 2
	}
	return 1
}

// preActBlock adds normalisation, ReLU and a 3x3 convolution, twice, around a
// shortcut; where the shape changes the shortcut is a 1x1 convolution of the
// activated input (figure 4e of the paper).
func (b *builder) preActBlock(name string, out, stride int) {
	rest := func() {
		b.conv(name+"/conv1", out, 3, stride)
		b.batchNorm(name + "/norm2")
		b.relu()
		b.conv(name+"/conv2", out, 3, 1)
	}
	activate := func() {
		b.batchNorm(name + "/norm1")
		b.relu()
	}
	if stride == 1 && b.err == nil && b.image() && b.channels() == out {
		b.sum(func() {}, func() { activate(); rest() })
		return
	}
	activate()
	b.sum(func() { b.conv(name+"/shortcut", out, 1, stride) }, rest)
}

func (b *builder) preActEnd() {
	b.batchNorm("norm")
	b.relu()
	b.mean()
}
