package zoo

import "fmt"

// samplePairing is the kind of network the SamplePairing paper trains on
// CIFAR and SVHN: six 3x3 convolutions with batch normalisation, pooled after
// each pair, then two dense layers with dropout before each. The paper's
// widths and dropout rates are not known here: the defaults are this
// project's, so compare its error rates with care.
func samplePairing() family {
	return family{
		name:  "samplepairing",
		help:  "samplepairing:width=64,hidden=512,dropout=0.5  six convolutions with batch normalisation, two dense layers: channels of the first pair (each next has twice as many), units of the hidden dense layer, share of the units dropped before each dense layer",
		paper: "after Inoue, Data Augmentation by Pairing Samples for Images Classification, 2018 (arXiv 1801.02929), with widths of this project's choice",
		build: func(args string, b *builder) (string, error) {
			width, hidden, dropout := 64, 512, 0.5
			err := parseOptions(args, []option{
				whole("width", &width, 1, maxWidth>>2),
				whole("hidden", &hidden, 1, maxWidth),
				share("dropout", &dropout),
			})
			if err != nil {
				return "", err
			}
			for i := range 6 {
				b.conv(fmt.Sprintf("conv%d", i+1), width<<(i/2), 3, 1)
				b.batchNorm(fmt.Sprintf("norm%d", i+1))
				b.relu()
				if i%2 == 1 {
					b.maxPool(window{size: 2, stride: 2})
					b.blockEnd(fmt.Sprintf("pair%d", i/2+1))
				}
			}
			b.dropout("dropout1", dropout)
			b.dense("hidden", hidden, forReLU)
			b.relu()
			b.dropout("dropout2", dropout)
			b.blockEnd("hidden")
			return fmt.Sprintf("samplepairing:width=%d,hidden=%d,dropout=%v", width, hidden, dropout), nil
		},
	}
}
