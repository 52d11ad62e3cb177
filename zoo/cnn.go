package zoo

import "fmt"

// cnn is a small convolutional network: blocks of convolution, batch
// normalisation, ReLU and 2x2 max pooling, each twice as wide as the one
// before, then a dense layer.
func cnn() family {
	return family{
		name:  "cnn",
		help:  "cnn:width=16,depth=2,kernel=3  small convolutional network with batch normalisation: channels of the first block, blocks (each halves the image), size of the odd kernel",
		paper: "after LeCun et al., Gradient-based learning applied to document recognition, 1998, with batch normalisation (Ioffe and Szegedy, 2015)",
		build: func(args string, b *builder) (string, error) {
			width, depth, kernel := 16, 2, 3
			err := parseOptions(args, []option{
				whole("width", &width, 1, maxWidth),
				whole("depth", &depth, 1, 8),
				whole("kernel", &kernel, 1, 15),
			})
			if err != nil {
				return "", err
			}
			for i := range depth {
				b.conv(fmt.Sprintf("conv%d", i+1), width<<i, kernel, 1)
				b.batchNorm(fmt.Sprintf("norm%d", i+1))
				b.relu()
				b.maxPool(window{size: 2, stride: 2})
				b.blockEnd(fmt.Sprintf("block%d", i+1))
			}
			return fmt.Sprintf("cnn:width=%d,depth=%d,kernel=%d", width, depth, kernel), nil
		},
	}
}
