package zoo

import "fmt"

// resNet is the residual network for 224 x 224 images: a 7x7 stem and 3x3
// pooling, four stages, the mean over the plane and a dense layer. Blocks of
// three convolutions have their stride in the 3x3 one, as torchvision's.
func resNet(depth int, blocks [4]int, deep bool) family {
	name := fmt.Sprintf("resnet%d", depth)
	return family{
		name:    name,
		help:    name + ":width=64  residual network for images of about 224 x 224 pixels: channels of the first stage",
		paper:   "He et al., Deep Residual Learning for Image Recognition, 2015 (arXiv 1512.03385)",
		shape:   largeImage,
		classes: 1000,
		build: func(args string, b *builder) (string, error) {
			width := 64
			if err := parseOptions(args, []option{whole("width", &width, 1, maxWidth>>5)}); err != nil {
				return "", err
			}
			b.largeStem(width)
			for stage, n := range blocks {
				for i := range n {
					at, stride := fmt.Sprintf("stage%d/block%d", stage+1, i+1), firstStride(stage, i)
					if deep {
						bottleneck{inner: width << stage, out: 4 * width << stage, groups: 1, stride: stride}.add(b, at)
					} else {
						b.basicBlock(at, width<<stage, stride)
					}
				}
				b.blockEnd(fmt.Sprintf("stage%d", stage+1))
			}
			b.mean()
			return fmt.Sprintf("%s:width=%d", name, width), nil
		},
	}
}

// largeStem makes a quarter of the height and width.
func (b *builder) largeStem(width int) {
	b.conv("stem", width, 7, 2)
	b.batchNorm("norm")
	b.relu()
	b.maxPool(window{size: 3, stride: 2, pad: 1})
}

// basicBlock adds two 3x3 convolutions around a shortcut.
func (b *builder) basicBlock(name string, out, stride int) {
	b.residual(name, out, stride, func() {
		b.normalizedConv(name, 1, convolution{out: out, kernel: 3, stride: stride})
		b.relu()
		b.normalizedConv(name, 2, convolution{out: out, kernel: 3, stride: 1})
	})
}

// bottleneck is convolutions of 1x1, 3x3 in groups, 1x1 around a shortcut.
type bottleneck struct{ inner, out, groups, stride int }

func (n bottleneck) add(b *builder, name string) {
	b.residual(name, n.out, n.stride, func() {
		b.normalizedConv(name, 1, convolution{out: n.inner, kernel: 1, stride: 1})
		b.relu()
		b.normalizedConv(name, 2, convolution{out: n.inner, kernel: 3, stride: n.stride, groups: n.groups})
		b.relu()
		b.normalizedConv(name, 3, convolution{out: n.out, kernel: 1, stride: 1})
	})
}

// residual adds body around a shortcut and a ReLU after the sum. Where the
// shape changes the shortcut is a normalised 1x1 convolution.
func (b *builder) residual(name string, out, stride int, body func()) {
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

// normalizedConv adds the i-th convolution of a block and its normalisation.
func (b *builder) normalizedConv(name string, i int, c convolution) {
	b.convolution(fmt.Sprintf("%s/conv%d", name, i), c)
	b.batchNorm(fmt.Sprintf("%s/norm%d", name, i))
}
