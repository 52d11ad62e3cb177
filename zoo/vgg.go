package zoo

import "fmt"

// vgg11 has eight 3x3 convolutions with batch normalisation and five halvings,
// for images and for spectrograms, then one or two hidden dense layers.
func vgg11() family {
	return family{
		name:  "vgg11",
		help:  "vgg11:width=64,hidden=512,dense=1  VGG-11 with batch normalisation: channels of the first convolution, units of each hidden dense layer, number of those, 1 or 2 (the paper and torchvision have two of 4096)",
		paper: "Simonyan and Zisserman, Very Deep Convolutional Networks, 2014 (arXiv 1409.1556), configuration A",
		build: func(args string, b *builder) (string, error) {
			width, hidden, dense := 64, 512, 1
			err := parseOptions(args, []option{whole("width", &width, 1, maxWidth>>3), whole("hidden", &hidden, 1, maxWidth), whole("dense", &dense, 1, 2)})
			if err != nil {
				return "", err
			}
			n := 0
			for stage, convolutions := range []int{1, 1, 2, 2, 2} {
				for range convolutions {
					n++
					b.conv(fmt.Sprintf("conv%d", n), width<<min(stage, 3), 3, 1)
					b.batchNorm(fmt.Sprintf("norm%d", n))
					b.relu()
				}
				b.maxPool(window{size: 2, stride: 2})
				b.blockEnd(fmt.Sprintf("stage%d", stage+1))
			}
			b.dense("hidden", hidden, forReLU)
			b.relu()
			b.blockEnd("hidden")
			canonical := fmt.Sprintf("vgg11:width=%d,hidden=%d", width, hidden)
			if dense == 2 {
				b.dense("hidden2", hidden, forReLU)
				b.relu()
				b.blockEnd("hidden2")
				canonical += ",dense=2"
			}
			return canonical, nil
		},
	}
}
