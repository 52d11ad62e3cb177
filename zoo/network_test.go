package zoo

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/gomlx/ml/model"
)

func TestCounts(t *testing.T) {
	image := []int{8, 8, 1}
	tests := []struct {
		spec      string
		shape     []int
		classes   int
		canonical string
		params    int
		flops     float64
	}{
		// 64*128+128 + 128*128+128 + 128*10+10
		{"mlp", image, 10, "mlp:128,128", 8320 + 16512 + 1290, 2 * (64*128 + 128*128 + 128*10)},
		{"mlp:3", []int{4}, 2, "mlp:3", 4*3 + 3 + 3*2 + 2, 2 * (4*3 + 3*2)},
		// conv1 9*16, norm 2*16, conv2 9*16*32, norm 2*32, logits 2*2*32*10+10
		{"cnn", image, 10, "cnn:width=16,depth=2,kernel=3", 144 + 32 + 4608 + 64 + 1290,
			2 * (64*9*1*16 + 16*9*16*32 + 128*10)},
		// CIFAR images: 32*32*25*3*8, then 16*16*8 values
		{"cnn:depth=1,kernel=5,width=8", []int{32, 32, 3}, 100, "cnn:width=8,depth=1,kernel=5", 25*3*8 + 16 + 16*16*8*100 + 100,
			2 * (32*32*25*3*8 + 16*16*8*100)},
		// Odd images lose their last row and column: 7x5 -> 3x2 -> 1x1.
		{"cnn:width=2", []int{7, 5, 1}, 3, "cnn:width=2,depth=2,kernel=3", 9*2 + 4 + 9*2*4 + 8 + 4*3 + 3,
			2 * (35*9*2 + 6*9*2*4 + 4*3)},
		// The published counts. PreActResNet-18 has its last normalisation here;
		// without it it has 11,171,146.
		{"preactresnet18", []int{32, 32, 3}, 10, "preactresnet18:width=64", 11172170,
			2 * (1024*27*64 + 4*1024*9*64*64 + 3*(256*9*64*128+3*256*9*128*128+256*64*128) + 5120)},
		// The same without a last normalisation, and with the mixup authors'.
		{"preactresnet18:norm=none", []int{32, 32, 3}, 10, "preactresnet18:width=64,norm=none", 11171146,
			2 * (1024*27*64 + 4*1024*9*64*64 + 3*(256*9*64*128+3*256*9*128*128+256*64*128) + 5120)},
		{"preactresnet18:norm=stem,dropout=0.30", []int{32, 32, 3}, 10, "preactresnet18:width=64,norm=stem,dropout=0.3", 11171146 + 128,
			2 * (1024*27*64 + 4*1024*9*64*64 + 3*(256*9*64*128+3*256*9*128*128+256*64*128) + 5120)},
		{"preactresnet50", []int{32, 32, 3}, 10, "preactresnet50:width=64", 23513162, 2 * 1297829888},
		{"samplepairing", []int{32, 32, 3}, 10, "samplepairing:width=64,hidden=512,dropout=0.5",
			9*(3*64+64*64+64*128+128*128+128*256+256*256) + 2*2*(64+128+256) + 16*256*512 + 512 + 512*10 + 10,
			2 * (9*(1024*(3*64+64*64)+256*(64*128+128*128)+64*(128*256+256*256)) + 16*256*512 + 512*10)},
		{"wideresnet", []int{32, 32, 3}, 10, "wideresnet:depth=28,widen=10", 36479194,
			2 * (1024*27*16 + 1024*(9*16*160+7*9*160*160+16*160) + 2*256*(9*160*320+7*9*320*320+160*320) + 6400)},
		{"resnet18", []int{224, 224, 3}, 1000, "resnet18:width=64", 11689512, 2 * 1814073344},
		{"resnet50", []int{224, 224, 3}, 1000, "resnet50:width=64", 25557032, 2 * 4089184256},
		{"resnet101", []int{224, 224, 3}, 1000, "resnet101:width=64", 44549160, 2 * 7801405440},
		// torchvision 0.29.2: sums of numel() over parameters(), and over its
		// Conv2d and Linear modules outputs times weights of one output.
		{"resnext50", []int{224, 224, 3}, 1000, "resnext50:cardinality=32,width=4,base=64", 25028904, 2 * 4230479872},
		{"resnext101", []int{224, 224, 3}, 1000, "resnext101:cardinality=32,width=4,base=64", 44177704, 2 * 7969996800},
		{"resnext101:width=8", []int{224, 224, 3}, 1000, "resnext101:cardinality=32,width=8,base=64", 88791336, 2 * 16414015488},
		{"resnext101:cardinality=64", []int{224, 224, 3}, 1000, "resnext101:cardinality=64,width=4,base=64", 83455272, 2 * 15460270080},
		{"googlenet", []int{224, 224, 3}, 1000, "googlenet:width=64,kernel=3,dropout=0.4", 6624904, 2 * 1498376192},
		// The same of testdata/counts.py. The papers give 34.4 and 68.1 M for
		// ResNeXt-29 of 8x64 and 16x64, 0.8, 15.3 and 25.6 M for DenseNet-BC.
		{"resnext", []int{32, 32, 3}, 10, "resnext:depth=29,cardinality=4,width=24,base=64", 4845002, 2 * 761210880},
		{"resnext:cardinality=8,width=64", []int{32, 32, 3}, 10, "resnext:depth=29,cardinality=8,width=64,base=64", 34426698, 2 * 5387266048},
		{"resnext:cardinality=16,width=64", []int{32, 32, 3}, 10, "resnext:depth=29,cardinality=16,width=64,base=64", 68155210, 2 * 10688866304},
		{"densenet", []int{32, 32, 3}, 10, "densenet:depth=190,growth=40", 25624430, 2 * 9301945740},
		{"densenet:depth=100,growth=12,dropout=0.2", []int{32, 32, 3}, 10, "densenet:depth=100,growth=12,dropout=0.2", 769162, 2 * 287929692},
		{"densenet:depth=250,growth=24", []int{32, 32, 3}, 10, "densenet:depth=250,growth=24", 15324406, 2 * 5418785724},
		// LeNet-5 on 32x32, and with the layers for 160x101 spectrograms, whose
		// first dense layer has 20*37*22 = 16280 inputs.
		{"lenet", []int{32, 32, 1}, 10, "lenet:conv1=6,conv2=16,dense1=120,dense2=84", 61706, 2 * (784*25*6 + 100*25*6*16 + 400*120 + 120*84 + 840)},
		{"lenet:conv1=20,conv2=20,dense1=1000,dense2=0", []int{160, 101, 1}, 30, "lenet:conv1=20,conv2=20,dense1=1000,dense2=0",
			25*20 + 20 + 25*20*20 + 20 + 16280*1000 + 1000 + 30000 + 30,
			2 * (156*97*25*20 + 74*44*25*20*20 + 16280*1000 + 30000)},
		// 3x3 convolutions of 64, 128, 2 of 256, 4 of 512 channels, their norms,
		// 5*3*512 values to 512 units to 30 classes.
		{"vgg11", []int{160, 101, 1}, 30, "vgg11:width=64,hidden=512",
			9*(64+64*128+128*256+256*256+256*512+3*512*512) + 2*(64+128+2*256+4*512) + 5*3*512*512 + 512 + 512*30 + 30,
			2 * (9*(160*101*64+80*50*64*128+40*25*(128*256+256*256)+20*12*(256*512+512*512)+10*6*2*512*512) + 5*3*512*512 + 512*30)},
		// testdata/counts.py
		{"unet", []int{256, 256, 3}, 21, "unet:width=64,depth=4", 31038933, 2 * 48251273216},
		{"gan-generator", []int{2}, 1, "gan-generator:width=512,depth=3", 2*512 + 512 + 2*(512*512+512) + 512 + 1, 2 * (2*512 + 2*512*512 + 512)},
		{"gan-discriminator", []int{1}, 1, "gan-discriminator:width=512,depth=3", 512 + 512 + 2*(512*512+512) + 512 + 1, 2 * (512 + 2*512*512 + 512)},
		// The published 1.97 M: six 3x3 convolutions and their offsets, the
		// whitening's bias, the logits.
		{"airbench", []int{32, 32, 3}, 10, "airbench:width=64,depth=3",
			9*(24*64+64*64+64*256+3*256*256) + 2*64 + 4*256 + 24 + 2560,
			2 * (961*12*24 + 9*(961*24*64+225*(64*64+64*256)+49*2*256*256+9*256*256) + 2560)},
	}
	for _, test := range tests {
		n, err := New(test.spec, test.shape, test.classes)
		if err != nil {
			t.Errorf("%s: %v", test.spec, err)
			continue
		}
		if n.Spec != test.canonical || n.Params != test.params || n.FLOPs != test.flops {
			t.Errorf("%s: %s, %d parameters, %v FLOPs; want %s, %d, %v",
				test.spec, n.Spec, n.Params, n.FLOPs, test.canonical, test.params, test.flops)
		}
		again, err := New(n.Spec, test.shape, test.classes)
		if err != nil || again.Spec != n.Spec || again.Params != n.Params {
			t.Errorf("%s: New of its canonical spec %s gives %+v, %v", test.spec, n.Spec, again, err)
		}
	}
}

func TestNewRefuses(t *testing.T) {
	image := []int{8, 8, 1}
	tests := []struct {
		spec    string
		shape   []int
		classes int
		want    string
	}{
		{"cnm", image, 10, `did you mean "cnn"?`},
		{"", image, 10, "known are mlp, cnn, lenet"},
		{"mlp:", image, 10, "nothing follows the colon"},
		{"mlp:0", image, 10, "from 1 to"},
		{"mlp:12,x", image, 10, `width "x" of hidden layer 2`},
		{"mlp:99999999", image, 10, "from 1 to"},
		{"cnn:widht=3", image, 10, `did you mean "width"?`},
		{"cnn:width", image, 10, "has no value"},
		{"cnn:width=3,width=4", image, 10, "set twice"},
		{"cnn:width=-3", image, 10, "from 1 to"},
		{"cnn:kernel=4", image, 10, "the kernel must be odd"},
		{"cnn:depth=4", image, 10, "too small"},
		{"cnn:width=60000,depth=3", image, 10, "channels"},
		{"cnn", []int{4}, 3, "takes images"},
		{"preactresnet18", []int{4}, 3, "takes images"},
		{"resnet50", []int{4}, 3, "takes images"},
		{"wideresnet:depth=27", image, 3, "multiple of 6"},
		{"vgg11", image, 3, "too small"},
		{"preactresnet18:norm=lost", image, 3, `did you mean "last"?`},
		{"preactresnet18:dropout=1", image, 3, "less than 1"},
		{"preactresnet18:dropuot=1", image, 3, `did you mean "dropout"?`},
		{"preactresnet18:dropout", image, 3, "write dropout=0"},
		{"wideresnet:dropout=NaN", image, 3, "less than 1"},
		{"samplepairing:dropout=-0.1", image, 3, "less than 1"},
		{"samplepairing", []int{7, 8, 1}, 3, "too small"},
		{"lenet", []int{15, 16, 1}, 3, "too small"},
		{"lenet:dense1=0", image, 3, "from 1 to"},
		{"lenet", []int{4}, 3, "takes images"},
		{"resnext:depth=30", image, 3, "multiple of 9"},
		{"resnext:cardinal=3", image, 3, `did you mean "cardinality"?`},
		{"densenet:depth=41", image, 3, "multiple of 6"},
		{"densenet", []int{3, 8, 1}, 3, "too small"},
		{"densenet", []int{4}, 3, "takes images"},
		{"googlenet:kernel=4", []int{64, 64, 3}, 3, "must be odd"},
		{"googlenet", []int{4}, 3, "takes images"},
		{"googlnet", image, 3, `did you mean "googlenet"?`},
		{"unet", []int{15, 16, 1}, 3, "too small"},
		{"unet", []int{4}, 3, "takes images"},
		{"unet:dept=2", image, 3, `did you mean "depth"?`},
		{"gan-discriminator", []int{2}, 2, "it has one logit"},
		{"gan-generater", []int{2}, 2, `did you mean "gan-generator"?`},
		{"airbench", []int{4}, 3, "takes images"},
		{"airbench", []int{1, 8, 3}, 3, "hold no patch"},
		{"airbench:depth=4", image, 3, "too small"},
		{"airbench", []int{8, 8, 9000}, 3, "72000 channels"},
		{"cnn", []int{8, 0, 1}, 3, "no values"},
		{"mlp", nil, 3, "no values"},
		{"mlp", image, 0, "0 classes"},
	}
	for _, test := range tests {
		_, err := New(test.spec, test.shape, test.classes)
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("New(%q, %v, %d): %v, want an error with %q", test.spec, test.shape, test.classes, err, test.want)
		}
	}
	if _, err := New("cnn:kernel=2", image, 10); !errors.Is(err, errEvenKernel) {
		t.Errorf("even kernel: %v", err)
	}
	if len(Help()) != len(Names()) {
		t.Errorf("%d names but %d lines of help", len(Names()), len(Help()))
	}
}

func initialValues(t *testing.T, n *Network, seed uint64) map[string][]float32 {
	t.Helper()
	store := model.NewStore()
	if err := n.Initialize(store.RootScope().At("model"), seed, dtypes.Float32); err != nil {
		t.Fatal(err)
	}
	values := map[string][]float32{}
	for v := range store.IterVariables() {
		flat, err := v.MustValue().ValueSafe()
		if err != nil || flat == nil {
			t.Fatal(err)
		}
		v.MustValue().MustConstFlatData(func(flat any) { values[v.Path()] = slices.Clone(flat.([]float32)) })
	}
	return values
}

func TestInitialize(t *testing.T) {
	small, err := New("cnn:width=32", []int{8, 8, 3}, 10)
	if err != nil {
		t.Fatal(err)
	}
	first := initialValues(t, small, 7)
	if len(first) != len(small.Variables) {
		t.Errorf("%d variables, want %d", len(first), len(small.Variables))
	}
	mean, deviation := moments(first["/model/conv2/kernel"])
	want := math.Sqrt(2.0 / (9 * 32))
	// Standard errors of 9*32*64 draws.
	n := math.Sqrt(9 * 32 * 64)
	if math.Abs(mean) > 4*want/n || math.Abs(deviation-want) > 4*want/n {
		t.Errorf("conv2/kernel: mean %v, deviation %v, want 0 and %v", mean, deviation, want)
	}
	if v := first["/model/norm1/scale"]; slices.ContainsFunc(v, func(x float32) bool { return x != 1 }) {
		t.Errorf("norm1/scale is %v, want ones", v)
	}

	// The same seed gives the same values; another seed, others.
	if again := initialValues(t, small, 7); !slices.Equal(first["/model/conv1/kernel"], again["/model/conv1/kernel"]) {
		t.Error("the same seed gave other values")
	}
	if other := initialValues(t, small, 8); slices.Equal(first["/model/conv1/kernel"], other["/model/conv1/kernel"]) {
		t.Error("another seed gave the same values")
	}

	// Values depend on the path alone, not on what else the network holds.
	deep, err := New("cnn:width=32,depth=3", []int{8, 8, 3}, 10)
	if err != nil {
		t.Fatal(err)
	}
	if other := initialValues(t, deep, 7); !slices.Equal(first["/model/conv2/kernel"], other["/model/conv2/kernel"]) {
		t.Error("conv2/kernel changed with the depth of the network")
	}

	// Variables of one shape differ.
	wide, err := New("mlp:8,8,8", []int{8}, 8)
	if err != nil {
		t.Fatal(err)
	}
	if values := initialValues(t, wide, 7); slices.Equal(values["/model/hidden2/kernel"], values["/model/hidden3/kernel"]) {
		t.Error("two layers have the same values")
	}
}

func moments(values []float32) (mean, deviation float64) {
	for _, v := range values {
		mean += float64(v) / float64(len(values))
	}
	for _, v := range values {
		deviation += (float64(v) - mean) * (float64(v) - mean) / float64(len(values))
	}
	return mean, math.Sqrt(deviation)
}

func TestInitializeTwice(t *testing.T) {
	n, err := New("mlp:3", []int{2}, 2)
	if err != nil {
		t.Fatal(err)
	}
	scope := model.NewStore().RootScope()
	if err := n.Initialize(scope, 1, dtypes.Float32); err != nil {
		t.Fatal(err)
	}
	if err := n.Initialize(scope, 1, dtypes.Float32); err == nil || !strings.Contains(err.Error(), "exists already") {
		t.Errorf("initialising twice: %v", err)
	}
	if err := n.Initialize(model.NewStore().RootScope(), 1, dtypes.Int32); err == nil {
		t.Error("int32 variables were not refused")
	}
}
