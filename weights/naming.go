package weights

import (
	"strings"

	"github.com/vicinal-ml/vicinal/zoo"
)

// naming says what PyTorch calls the layers of a family of networks.
type naming struct {
	// module names a layer: "stage1/block1/conv1" is "layer1.0.conv1".
	module func(layer string) string

	// biased names the normalisation that follows a convolution which has a
	// bias in PyTorch and none here, "" for every other layer. nil is none.
	biased func(layer string) string

	// unused are the beginnings of tensors that inference does without.
	unused []string
}

// namings are by the name of the network.
var namings = map[string]naming{
	"resnet18":       {module: resNet},
	"resnet50":       {module: resNet},
	"resnet101":      {module: resNet},
	"vgg11":          {module: vgg11, biased: vgg11Biased},
	"preactresnet18": {module: preActResNet},
	"preactresnet34": {module: preActResNet},
	"preactresnet50": {module: preActResNet},
	"wideresnet":     {module: wideResNet},
}

func namingOf(n *zoo.Network) naming {
	name, _, _ := strings.Cut(n.Spec, ":")
	if found, ok := namings[name]; ok {
		return found
	}
	return naming{module: dotted}
}

// dotted names a layer that no table names.
func dotted(layer string) string { return strings.ReplaceAll(layer, "/", ".") }

// named looks a layer up.
func named(layer string, names map[string]string) string {
	if name, ok := names[layer]; ok {
		return name
	}
	return dotted(layer)
}
