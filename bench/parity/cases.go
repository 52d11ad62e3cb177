package main

// parityCase is one network as both have it.
type parityCase struct {
	name    string
	model   string // of the zoo
	make    string // in PyTorch
	shape   []int
	classes int
	batch   int
	slow    bool // too much for the Go backend

	rate       float64 // learning rate of the steps, 0 for no training
	trainBatch int
}

var (
	large = []int{224, 224, 3}
	small = []int{32, 32, 3}
	sound = []int{160, 101, 1}
)

var cases = []parityCase{
	{name: "resnet18", model: "resnet18", make: "torchvision.models.resnet18()", shape: large, classes: 1000, batch: 2},
	{name: "resnet50", model: "resnet50", make: "torchvision.models.resnet50()", shape: large, classes: 1000, batch: 2},
	{name: "resnet101", model: "resnet101", make: "torchvision.models.resnet101()", shape: large, classes: 1000, batch: 2, slow: true},
	{name: "resnext50", model: "resnext50", make: "torchvision.models.resnext50_32x4d()", shape: large, classes: 1000, batch: 2, slow: true},
	{name: "resnext101", model: "resnext101:cardinality=64,width=4", make: "torchvision.models.resnext101_64x4d()", shape: large, classes: 1000, batch: 2, slow: true},
	{name: "googlenet", model: "googlenet", make: "torchvision.models.googlenet(init_weights=False, aux_logits=False)", shape: large, classes: 1000, batch: 2},
	{name: "vgg11_bn", model: "vgg11:hidden=4096,dense=2", make: "torchvision.models.vgg11_bn()", shape: large, classes: 1000, batch: 2, slow: true},
	{name: "preactresnet18", model: "preactresnet18", make: "PreActResNet((2, 2, 2, 2))", shape: small, classes: 10, batch: 4, slow: true, rate: 0.01, trainBatch: 128},
	{name: "preactresnet18-small", model: "preactresnet18:width=8", make: "PreActResNet((2, 2, 2, 2), width=8)", shape: small, classes: 10, batch: 8, rate: 0.002, trainBatch: 32},
	{name: "preactresnet34", model: "preactresnet34:norm=none", make: "PreActResNet((3, 4, 6, 3), norm='none')", shape: small, classes: 10, batch: 4},
	{name: "preactresnet50", model: "preactresnet50:norm=stem", make: "PreActResNet((3, 4, 6, 3), bottleneck=True, norm='stem')", shape: small, classes: 10, batch: 4},
	{name: "wideresnet28-10", model: "wideresnet", make: "WideResNet()", shape: small, classes: 10, batch: 2, slow: true},
	{name: "resnext29-4x24", model: "resnext", make: "ResNeXt()", shape: small, classes: 10, batch: 2},
	{name: "densenet190-40", model: "densenet", make: "DenseNet()", shape: small, classes: 10, batch: 2, slow: true},
	{name: "densenet40-12", model: "densenet:depth=40,growth=12", make: "DenseNet(40, 12)", shape: small, classes: 10, batch: 4},
	{name: "vgg11", model: "vgg11", make: "VGG11()", shape: sound, classes: 30, batch: 4, slow: true, rate: 0.0001, trainBatch: 32},
	{name: "vgg11-small", model: "vgg11:width=8,hidden=32", make: "VGG11(3, 8, 1, 32, 10)", shape: small, classes: 10, batch: 8, rate: 0.0001, trainBatch: 32},
	{name: "samplepairing", model: "samplepairing", make: "SamplePairing()", shape: small, classes: 10, batch: 4},
	{name: "airbench", model: "airbench", make: "Airbench()", shape: small, classes: 10, batch: 4},
	{name: "unet", model: "unet:width=16", make: "UNet()", shape: []int{52, 44, 3}, classes: 21, batch: 2},
	{name: "lenet", model: "lenet", make: "LeNet()", shape: []int{28, 28, 1}, classes: 10, batch: 8},
	{name: "mlp", model: "mlp", make: "MLP()", shape: []int{1, 32, 1}, classes: 2, batch: 16},
}

func caseNames() []string {
	var names []string
	for _, c := range cases {
		names = append(names, c.name)
	}
	return names
}
