package zoo

import "fmt"

// resNet is the residual network for 224 x 224 images: a 7x7 stem and 3x3
// pooling, four stages, the mean over the plane and a dense layer. Blocks of
// three convolutions have their stride in the 3x3 one, as torchvision's.
func resNet(depth int, blocks [4]int, bottleneck bool) family {
	name := fmt.Sprintf("resnet%d", depth)
	return family{
		name:  name,
		help:  name + ":width=64  residual network for images of about 224 x 224 pixels: channels of the first stage",
		paper: "He et al., Deep Residual Learning for Image Recognition, 2015 (arXiv 1512.03385)",
		build: func(args string, b *builder) (string, error) {
			width := 64
			if err := parseOptions(args, []option{whole("width", &width, 1, maxWidth>>5)}); err != nil {
				return "", err
			}
			b.conv("stem", width, 7, 2)
			b.batchNorm("norm")
			b.relu()
			b.maxPool(window{size: 3, stride: 2, pad: 1})
			for stage, n := range blocks {
				for i := range n {
					b.resBlock(fmt.Sprintf("stage%d/block%d", stage+1, i+1), width<<stage, firstStride(stage, i), bottleneck)
				}
			}
			b.mean()
			return fmt.Sprintf("%s:width=%d", name, width), nil
		},
	}
}

// resBlock adds two 3x3 convolutions, or 1x1, 3x3, 1x1 to four times the
// channels, around a shortcut, and a ReLU after the sum.
func (b *builder) resBlock(name string, width, stride int, bottleneck bool) {
	out := width
	if bottleneck {
		out = 4 * width
	}
	step := func(i, channels, kernel, stride int) {
		b.conv(fmt.Sprintf("%s/conv%d", name, i), channels, kernel, stride)
		b.batchNorm(fmt.Sprintf("%s/norm%d", name, i))
	}
	body := func() {
		if !bottleneck {
			step(1, width, 3, stride)
			b.relu()
			step(2, out, 3, 1)
			return
		}
		step(1, width, 1, 1)
		b.relu()
		step(2, width, 3, stride)
		b.relu()
		step(3, out, 1, 1)
	}
	shortcut := func() {}
	if stride > 1 || (b.err == nil && b.channels() != out) {
		shortcut = func() {
			b.conv(name+"/shortcut", out, 1, stride)
			b.batchNorm(name + "/shortcut-norm")
		}
	}
	b.sum(shortcut, body)
	b.relu()
}
