package zoo

import (
	"fmt"
	"math"
)

// googLeNet is GoogLeNet with batch normalisation and without the auxiliary
// classifiers, as torchvision's. There the third branch of each module has a
// 3x3 convolution where the paper has 5x5: kernel=5 is the paper's.
func googLeNet() family {
	return family{
		name:    "googlenet",
		help:    "googlenet:width=64,kernel=3,dropout=0.4  GoogLeNet with batch normalisation, without auxiliary classifiers, for images of about 224 x 224 pixels: channels of the stem (all others in proportion), kernel of the third branch of each module (3 as torchvision, 5 as the paper), share of the units dropped before the classifier",
		paper:   "Szegedy et al., Going Deeper with Convolutions, 2014 (arXiv 1409.4842), with batch normalisation (Ioffe and Szegedy, 2015)",
		shape:   largeImage,
		classes: 1000,
		build: func(args string, b *builder) (string, error) {
			width, kernel, dropout := 64, 3, 0.4
			err := parseOptions(args, []option{
				whole("width", &width, 1, 1<<10),
				whole("kernel", &kernel, 3, 5),
				share("dropout", &dropout),
			})
			if err != nil {
				return "", err
			}
			n := inception{b: b, width: width, kernel: kernel}
			n.conv("conv1", 64, 7, 2)
			b.maxPool(window{size: 3, stride: 2, ceil: true})
			n.conv("conv2", 64, 1, 1)
			n.conv("conv3", 192, 3, 1)
			for i, stage := range googLeNetModules {
				size := 3
				if i == 2 {
					size = 2
				}
				b.maxPool(window{size: size, stride: 2, ceil: true})
				for j, module := range stage {
					n.module(fmt.Sprintf("inception%d%c", i+3, 'a'+j), module)
				}
				b.blockEnd(fmt.Sprintf("inception%d", i+3))
			}
			b.mean()
			b.dropout("dropout", dropout)
			return fmt.Sprintf("googlenet:width=%d,kernel=%d,dropout=%v", width, kernel, dropout), nil
		},
	}
}

// googLeNetModules holds the columns "#1x1" to "pool proj" of table 1 of the
// paper, by stage.
var googLeNetModules = [][][6]int{
	{{64, 96, 128, 16, 32, 32}, {128, 128, 192, 32, 96, 64}},
	{
		{192, 96, 208, 16, 48, 64}, {160, 112, 224, 24, 64, 64}, {128, 128, 256, 24, 64, 64},
		{112, 144, 288, 32, 64, 64}, {256, 160, 320, 32, 128, 128},
	},
	{{256, 160, 320, 32, 128, 128}, {384, 192, 384, 48, 128, 128}},
}

// googLeNetNorm is torchvision's.
var googLeNetNorm = norm{scaled: true, share: 0.1, epsilon: 1e-3}

// inception adds modules whose channels are in proportion to the stem's.
type inception struct {
	b             *builder
	width, kernel int
}

func (n inception) conv(name string, channels, kernel, stride int) {
	scaled := max(1, int(math.Round(float64(channels)*float64(n.width)/64)))
	n.b.conv(name, scaled, kernel, stride)
	n.b.batchNormOf(name+"-norm", googLeNetNorm)
	n.b.relu()
}

func (n inception) module(name string, c [6]int) {
	n.b.concat(
		func() { n.conv(name+"/branch1", c[0], 1, 1) },
		func() {
			n.conv(name+"/branch2-reduce", c[1], 1, 1)
			n.conv(name+"/branch2", c[2], 3, 1)
		},
		func() {
			n.conv(name+"/branch3-reduce", c[3], 1, 1)
			n.conv(name+"/branch3", c[4], n.kernel, 1)
		},
		func() {
			n.b.maxPool(window{size: 3, stride: 1, pad: 1})
			n.conv(name+"/branch4", c[5], 1, 1)
		},
	)
}
