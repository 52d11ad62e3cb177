// Package weights reads and writes the weights of the zoo's networks as
// safetensors files, under the names and in the layouts of PyTorch.
//
//	values, err := weights.ReadFile("resnet50.safetensors", network, weights.Options{})
//	...
//	err = weights.WriteFile("trained.safetensors", network, values, nil)
//
// # Names
//
// Where torchvision has the network, the names are torchvision's; otherwise
// they are those of the definitions in PyTorch that most code descends from.
// What no table names keeps its path, with dots:
//
//	resnet18, 50, 101   torchvision: conv1, bn1, layer1.0.conv1, layer1.0.downsample.0, fc
//	resnext50, 101      torchvision, as resnet
//	googlenet           torchvision: conv1.conv, inception3a.branch2.0.bn, fc
//	vgg11               torchvision's vgg11_bn: features.0, classifier.0, classifier.3
//	preactresnet18, ... conv1, layer1.0.bn1, layer1.0.conv1, layer1.0.shortcut.0, bn, linear
//	resnext             conv1, bn1, layer1.0.conv1, layer1.0.shortcut.0, linear
//	wideresnet          conv1, block1.layer.0.bn1, block1.layer.0.convShortcut, bn1, fc
//	densenet            conv1, dense1.0.bn1, dense1.0.conv1, trans1.conv, bn, linear
//	lenet               conv1, conv2, fc1, fc2, fc3
//	the others          conv1, norm1, hidden1, logits, ...
//
// A variable's own name becomes weight, bias, running_mean or running_var.
//
// # Layouts
//
// Kernels of convolutions are [height width in out] here and [out in height
// width] there, those of transposed convolutions [height width in out] and [in
// out height width], those of dense layers [in out] and [out in]. A dense layer
// that flattens an image takes its values by row, column, channel here and by
// channel, row, column there: its kernel is rearranged.
//
// # Differences that are smoothed out
//
// PyTorch's num_batches_tracked has no use here: it is passed over. A bias of a
// convolution before a batch normalisation, which torchvision's VGG has and the
// network here has not, is taken off the running mean, which gives the same
// outputs; a file written here has zeros for it. The same holds for the scale
// of a normalisation without one: ones.
//
// Files hold float32; float16, bfloat16 and float64 are read too.
package weights
