package zoo

import (
	"fmt"
	"strconv"
	"strings"
)

// leNet is LeNet-5 with ReLU and max pooling, as it is built today: two 5x5
// convolutions without padding, each pooled, then two dense layers. It takes
// spectrograms as well: with conv1=20,conv2=20,dense1=1000,dense2=0 it has the
// layers that the code for the speech commands data set around the mixup paper
// calls LeNet.
func leNet() family {
	return family{
		name:    "lenet",
		help:    "lenet:conv1=6,conv2=16,dense1=120,dense2=84,dropout=0  two 5x5 convolutions and two dense layers, for images and spectrograms: their channels, their units (dense2=0 leaves the second out), share of the units dropped after the first dense layer",
		paper:   "LeCun et al., Gradient-based learning applied to document recognition, 1998 (LeNet-5, with ReLU and max pooling)",
		shape:   []int{32, 32, 1},
		classes: 10,
		build: func(args string, b *builder) (string, error) {
			sizes := []int{6, 16, 120, 84}
			names := []string{"conv1", "conv2", "dense1", "dense2"}
			dropout := 0.0
			options := []option{share("dropout", &dropout)}
			for i, name := range names {
				lowest := 1
				if name == "dense2" {
					lowest = 0
				}
				options = append(options, whole(name, &sizes[i], lowest, maxWidth))
			}
			if err := parseOptions(args, options); err != nil {
				return "", err
			}
			for i, name := range names[:2] {
				b.convolution(name, convolution{out: sizes[i], kernel: 5, stride: 1, bias: true, valid: true})
				b.relu()
				b.maxPool(window{size: 2, stride: 2})
				b.blockEnd(name)
			}
			b.dense("dense1", sizes[2], forReLU)
			b.relu()
			b.dropout("dropout", dropout)
			b.blockEnd("dense1")
			if sizes[3] > 0 {
				b.dense("dense2", sizes[3], forReLU)
				b.relu()
				b.blockEnd("dense2")
			}
			var settings []string
			for i, name := range names {
				settings = append(settings, name+"="+strconv.Itoa(sizes[i]))
			}
			return withDropout(fmt.Sprintf("lenet:%s", strings.Join(settings, ",")), dropout), nil
		},
	}
}
