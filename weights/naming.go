package weights

import (
	"slices"
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
var namings = map[string]func(n *zoo.Network) naming{
	"resnet18": always(resNet), "resnet50": always(resNet), "resnet101": always(resNet),
	"resnext50": always(resNet), "resnext101": always(resNet),
	"googlenet":      func(*zoo.Network) naming { return naming{module: googLeNet, unused: []string{"aux1.", "aux2."}} },
	"vgg11":          func(n *zoo.Network) naming { return naming{module: vgg11(n), biased: vgg11Biased} },
	"preactresnet18": always(smallResNet), "preactresnet34": always(smallResNet), "preactresnet50": always(smallResNet),
	"resnext":    always(smallResNeXt),
	"wideresnet": always(wideResNet),
	"densenet":   always(denseNet),
	"lenet":      func(n *zoo.Network) naming { return naming{module: leNet(n)} },
}

func always(module func(layer string) string) func(*zoo.Network) naming {
	return func(*zoo.Network) naming { return naming{module: module} }
}

func namingOf(n *zoo.Network) naming {
	name, _, _ := strings.Cut(n.Spec, ":")
	if of, ok := namings[name]; ok {
		return of(n)
	}
	return naming{module: dotted}
}

// has reports whether the network has a layer of that name.
func has(n *zoo.Network, layer string) bool {
	return slices.ContainsFunc(n.Variables, func(v zoo.Variable) bool { return v.Layer == layer })
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
