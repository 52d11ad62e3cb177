package zoo

import "fmt"

// denseNet is DenseNet-BC for small images: three dense blocks of (depth-4)/6
// layers, each a 1x1 and a 3x3 convolution behind normalisation and ReLU whose
// channels join those before; between the blocks half the channels and half
// the height and width are kept.
func denseNet() family {
	return family{
		name:  "densenet",
		help:  "densenet:depth=190,growth=40,dropout=0  DenseNet-BC for small images: layers (4 more than a multiple of 6), channels that each layer adds, share of the units dropped after each convolution but the first",
		paper: "Huang et al., Densely Connected Convolutional Networks, 2016 (arXiv 1608.06993)",
		build: func(args string, b *builder) (string, error) {
			depth, growth, dropout := 190, 40, 0.0
			err := parseOptions(args, []option{
				whole("depth", &depth, 10, 1000),
				whole("growth", &growth, 1, 1<<10),
				share("dropout", &dropout),
			})
			if err != nil {
				return "", err
			}
			if depth%6 != 4 {
				return "", fmt.Errorf("depth=%d is not 4 more than a multiple of 6 (10, 40, 100, 190, 250)", depth)
			}
			step := func(name string, i, out, kernel int) {
				b.batchNorm(fmt.Sprintf("%s/norm%d", name, i))
				b.relu()
				b.conv(fmt.Sprintf("%s/conv%d", name, i), out, kernel, 1)
				b.dropout(fmt.Sprintf("%s/dropout%d", name, i), dropout)
			}
			b.conv("stem", 2*growth, 3, 1)
			for block := range 3 {
				if block > 0 {
					step(fmt.Sprintf("transition%d", block), 1, b.channels()/2, 1)
					b.meanPool(2)
				}
				for i := range (depth - 4) / 6 {
					name := fmt.Sprintf("block%d/layer%d", block+1, i+1)
					b.concat(func() {}, func() {
						step(name, 1, 4*growth, 1)
						step(name, 2, growth, 3)
					})
				}
				b.blockEnd(fmt.Sprintf("block%d", block+1))
			}
			b.batchNorm("norm")
			b.relu()
			b.mean()
			return withDropout(fmt.Sprintf("densenet:depth=%d,growth=%d", depth, growth), dropout), nil
		},
	}
}
