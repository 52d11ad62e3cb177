package weights

import (
	"bytes"
	"errors"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/gomlx/compute/dtypes/float16"
	"github.com/nlpodyssey/safetensors"

	"github.com/vicinal-ml/vicinal/zoo"
)

// small are networks of every family that has names of its own, and some of
// those that have not.
var small = []struct {
	spec  string
	shape []int
}{
	{"mlp:5,4", []int{3, 2, 2}},
	{"cnn:width=2", []int{6, 4, 3}},
	{"samplepairing:width=2,hidden=3", []int{8, 16, 3}},
	{"vgg11:width=2,hidden=5", []int{64, 32, 3}},
	{"preactresnet18:width=2", []int{16, 16, 3}},
	{"preactresnet50:width=2,norm=stem", []int{16, 16, 3}},
	{"wideresnet:depth=10,widen=1", []int{8, 8, 3}},
	{"resnet18:width=2", []int{64, 64, 3}},
	{"resnet50:width=2", []int{64, 64, 3}},
	{"vgg11:width=2,hidden=3,dense=2", []int{32, 32, 3}},
	{"resnext50:cardinality=2,width=1,base=2", []int{64, 64, 3}},
	{"resnext:depth=11,cardinality=2,width=2,base=2", []int{16, 16, 3}},
	{"googlenet:width=2", []int{64, 64, 3}},
	{"densenet:depth=10,growth=2", []int{16, 16, 3}},
	{"lenet:conv1=2,conv2=3,dense1=4,dense2=5", []int{20, 24, 1}},
	{"lenet:conv1=2,conv2=3,dense1=4,dense2=0", []int{20, 24, 1}},
	{"airbench:width=2,depth=2", []int{16, 16, 3}},
	{"unet:width=2,depth=1", []int{6, 4, 3}},
}

func network(t testing.TB, spec string, shape []int, classes int) *zoo.Network {
	t.Helper()
	n, err := zoo.New(spec, shape, classes)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func randomValues(n *zoo.Network) map[string][]float32 {
	random := rand.New(rand.NewPCG(1, 2))
	values := map[string][]float32{}
	for i := range n.Variables {
		v := make([]float32, n.Variables[i].Size())
		for j := range v {
			v[j] = float32(random.NormFloat64())
			if n.Variables[i].Role == zoo.RunningVariance {
				v[j] = max(v[j], -v[j])
			}
		}
		values[n.Variables[i].Path] = v
	}
	return values
}

func encode(t testing.TB, n *zoo.Network, values map[string][]float32) []byte {
	t.Helper()
	content, err := Encode(n, values, map[string]string{"data": "none"})
	if err != nil {
		t.Fatal(err)
	}
	return content
}

func TestRoundTrip(t *testing.T) {
	for _, test := range small {
		n := network(t, test.spec, test.shape, 4)
		values := randomValues(n)
		path := filepath.Join(t.TempDir(), "w.safetensors")
		if err := WriteFile(path, n, values, nil); err != nil {
			t.Fatalf("%s: %v", test.spec, err)
		}
		got, err := ReadFile(path, n, Options{})
		if err != nil {
			t.Fatalf("%s: %v", test.spec, err)
		}
		if !maps.EqualFunc(got, values, slices.Equal) {
			t.Errorf("%s: other values come back", test.spec)
		}
		if !bytes.Equal(encode(t, n, values), encode(t, n, values)) {
			t.Errorf("%s: two files of the same values differ", test.spec)
		}
		head, err := ReadFile(path, network(t, test.spec, test.shape, 7), Options{NewHead: true})
		if err != nil {
			t.Errorf("%s: a new head: %v", test.spec, err)
		}
		for path := range head {
			if strings.HasPrefix(path, "logits/") {
				t.Errorf("%s: a new head gets the values of %s", test.spec, path)
			}
		}
	}
}

// TestNames compares with names that PyTorch users know by heart.
func TestNames(t *testing.T) {
	tests := map[string]map[string]string{
		"resnet50:width=2": {
			"stem/kernel": "conv1.weight", "norm/variance": "bn1.running_var", "stage1/block1/shortcut/kernel": "layer1.0.downsample.0.weight",
			"stage1/block1/shortcut-norm/mean": "layer1.0.downsample.1.running_mean", "stage4/block3/conv3/kernel": "layer4.2.conv3.weight",
			"stage4/block3/norm3/offset": "layer4.2.bn3.bias", "logits/bias": "fc.bias",
		},
		"vgg11:width=2,hidden=5": {
			"conv1/kernel": "features.0.weight", "norm1/scale": "features.1.weight", "conv8/kernel": "features.25.weight",
			"norm8/mean": "features.26.running_mean", "hidden/kernel": "classifier.0.weight", "logits/kernel": "classifier.3.weight",
		},
		"preactresnet18:width=2": {
			"stage2/block1/norm1/scale": "layer2.0.bn1.weight", "stage2/block1/shortcut/kernel": "layer2.0.shortcut.0.weight",
			"norm/scale": "bn.weight", "logits/kernel": "linear.weight",
		},
		"vgg11:width=2,hidden=3,dense=2": {"hidden2/kernel": "classifier.3.weight", "logits/kernel": "classifier.6.weight"},
		"googlenet:width=2": {
			"conv2/kernel": "conv2.conv.weight", "conv2-norm/mean": "conv2.bn.running_mean",
			"inception4e/branch1/kernel": "inception4e.branch1.conv.weight", "inception5b/branch3-reduce-norm/scale": "inception5b.branch3.0.bn.weight",
			"inception5b/branch4/kernel": "inception5b.branch4.1.conv.weight", "logits/bias": "fc.bias",
		},
		"densenet:depth=10,growth=2": {
			"block2/layer1/norm2/scale": "dense2.0.bn2.weight", "transition1/norm1/mean": "trans1.bn.running_mean",
			"transition2/conv1/kernel": "trans2.conv.weight", "norm/scale": "bn.weight", "logits/kernel": "linear.weight",
		},
		"lenet:conv1=2,conv2=3,dense1=4,dense2=5": {"dense2/bias": "fc2.bias", "logits/kernel": "fc3.weight", "conv1/bias": "conv1.bias"},
		"lenet:conv1=2,conv2=3,dense1=4,dense2=0": {"logits/kernel": "fc2.weight"},
		"wideresnet:depth=10,widen=1": {
			"stage3/block1/shortcut/kernel": "block3.layer.0.convShortcut.weight", "norm/offset": "bn1.bias", "logits/kernel": "fc.weight",
		},
		"cnn:width=2": {"conv1/kernel": "conv1.weight", "norm1/offset": "norm1.bias", "logits/kernel": "logits.weight"},
	}
	for _, test := range small {
		want := tests[test.spec]
		entries, err := entriesOf(network(t, test.spec, test.shape, 4))
		if err != nil {
			t.Fatal(err)
		}
		seen := 0
		for _, e := range entries {
			if e.variable == nil {
				continue
			}
			if name, ok := want[e.variable.Path]; ok {
				seen++
				if e.name != name {
					t.Errorf("%s: %s is %s, want %s", test.spec, e.variable.Path, e.name, name)
				}
			}
		}
		if seen != len(want) {
			t.Errorf("%s: %d of %d variables seen", test.spec, seen, len(want))
		}
	}
}

// TestLayout follows single values of a convolution and of a dense layer on an
// image.
func TestLayout(t *testing.T) {
	n := network(t, "cnn:width=2,depth=1", []int{4, 6, 3}, 5)
	values := randomValues(n)
	file, err := safetensors.Deserialize(encode(t, n, values))
	if err != nil {
		t.Fatal(err)
	}
	read := func(name string) []float32 {
		view, ok := file.Tensor(name)
		if !ok {
			t.Fatalf("no tensor %s in %v", name, file.Names())
		}
		got, err := tensor{dtype: view.DType(), data: view.Data()}.float32s()
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	const rows, columns, in, out = 3, 3, 3, 2
	conv := read("conv1.weight")
	for r := range rows {
		for c := range columns {
			for i := range in {
				for o := range out {
					want := values["conv1/kernel"][((r*columns+c)*in+i)*out+o]
					if got := conv[((o*in+i)*rows+r)*columns+c]; got != want {
						t.Fatalf("conv1 [%d %d %d %d] is %v, want %v", o, i, r, c, got, want)
					}
				}
			}
		}
	}
	const height, width, channels, classes = 2, 3, 2, 5 // after pooling
	dense := read("logits.weight")
	for r := range height {
		for c := range width {
			for ch := range channels {
				for k := range classes {
					want := values["logits/kernel"][((r*width+c)*channels+ch)*classes+k]
					if got := dense[k*height*width*channels+(ch*height+r)*width+c]; got != want {
						t.Fatalf("logits [%d] of channel %d, pixel %d %d is %v, want %v", k, ch, r, c, got, want)
					}
				}
			}
		}
	}
}

// TestTransposedLayout follows the values of the kernel that doubles the height
// and width of a U-Net: torch.nn.ConvTranspose2d has its inputs first.
func TestTransposedLayout(t *testing.T) {
	const in, out = 4, 2
	n := network(t, "unet:width=2,depth=1", []int{4, 6, 3}, 5)
	values := randomValues(n)
	file, err := safetensors.Deserialize(encode(t, n, values))
	if err != nil {
		t.Fatal(err)
	}
	view, ok := file.Tensor("level1.up-conv.weight")
	if !ok || !slices.Equal(view.Shape(), []uint64{in, out, 2, 2}) {
		t.Fatalf("level1.up-conv.weight is there: %t, of shape %v", ok, view.Shape())
	}
	got, err := tensor{dtype: view.DType(), data: view.Data()}.float32s()
	if err != nil {
		t.Fatal(err)
	}
	for r := range 2 {
		for c := range 2 {
			for i := range in {
				for o := range out {
					want := values["level1/up-conv/kernel"][((r*2+c)*in+i)*out+o]
					if got := got[((i*out+o)*2+r)*2+c]; got != want {
						t.Fatalf("[%d %d %d %d] is %v, want %v", i, o, r, c, got, want)
					}
				}
			}
		}
	}
}

// view makes a tensor of a file; data in values of any length.
type view struct {
	dtype safetensors.DType
	shape []uint64
	data  []byte
}

func (v view) DType() safetensors.DType { return v.dtype }
func (v view) Shape() []uint64          { return v.shape }
func (v view) Data() []byte             { return v.data }
func (v view) DataLen() uint64          { return uint64(len(v.data)) }

// file returns the content of a file of a network, changed.
func file(t testing.TB, n *zoo.Network, values map[string][]float32, change func(tensors map[string]view)) []byte {
	t.Helper()
	parsed, err := safetensors.Deserialize(encode(t, n, values))
	if err != nil {
		t.Fatal(err)
	}
	tensors := map[string]view{}
	for _, v := range parsed.Tensors() {
		tensors[v.Name] = view{v.TensorView.DType(), v.TensorView.Shape(), v.TensorView.Data()}
	}
	change(tensors)
	content, err := safetensors.Serialize(tensors, nil)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

func TestWhatPyTorchAdds(t *testing.T) {
	n := network(t, "vgg11:width=1,hidden=2", []int{32, 32, 3}, 2)
	values := randomValues(n)
	content := file(t, n, values, func(tensors map[string]view) {
		tensors["features.1.num_batches_tracked"] = view{safetensors.I64, []uint64{}, make([]byte, 8)}
		tensors["features.0.bias"] = view{safetensors.F32, []uint64{1}, littleEndian([]float32{0.5})}
		for _, name := range slices.Collect(maps.Keys(tensors)) {
			tensors["module."+name] = tensors[name]
			delete(tensors, name)
		}
	})
	got, err := Decode(content, n, Options{})
	if err != nil {
		t.Fatal(err)
	}
	// norm(x + 1/2 - mean) is norm(x - (mean - 1/2)).
	values["norm1/mean"][0] -= 0.5
	if !maps.EqualFunc(got, values, slices.Equal) {
		t.Errorf("other values come back")
	}
}

// TestWrappers reads names behind every sequence of up to four prefixes.
func TestWrappers(t *testing.T) {
	n := network(t, "mlp:2", []int{3}, 2)
	values := randomValues(n)
	prefixes := []string{""}
	for at := 0; at < len(prefixes); at++ {
		prefix := prefixes[at]
		if strings.Count(prefix, ".") < 4 {
			prefixes = append(prefixes, prefix+"module.", prefix+"_orig_mod.")
		}
		got, err := Decode(file(t, n, values, func(tensors map[string]view) {
			for _, name := range slices.Collect(maps.Keys(tensors)) {
				tensor := tensors[name]
				delete(tensors, name)
				tensors[prefix+name] = tensor
			}
		}), n, Options{})
		if err != nil || !maps.EqualFunc(got, values, slices.Equal) {
			t.Errorf("%q before every name: %v", prefix, err)
		}
	}
	// A prefix that one name lacks is a part of the others.
	_, err := Decode(file(t, n, values, func(tensors map[string]view) {
		tensors["module.hidden1.bias"] = tensors["hidden1.bias"]
		delete(tensors, "hidden1.bias")
	}), n, Options{})
	if mismatch, ok := errors.AsType[*MismatchError](err); !ok || len(mismatch.Missing) != 1 {
		t.Errorf("a prefix of one name: %v", err)
	}
}

// TestNegativeVariance refuses what no running variance can be, by its name.
func TestNegativeVariance(t *testing.T) {
	n := network(t, "resnet18:width=2", []int{64, 64, 3}, 4)
	content := file(t, n, randomValues(n), func(tensors map[string]view) {
		tensors["layer1.0.bn2.running_var"] = view{safetensors.F32, []uint64{2}, littleEndian([]float32{1, -0.5})}
	})
	_, err := Decode(content, n, Options{})
	if want := "tensor layer1.0.bn2.running_var: value 1 is -0.5, and a variance is not negative"; !errors.Is(err, ErrValue) || !strings.Contains(err.Error(), want) {
		t.Errorf("%v, want %s", err, want)
	}
	zero := file(t, n, randomValues(n), func(tensors map[string]view) {
		tensors["bn1.running_var"] = view{safetensors.F32, []uint64{2}, make([]byte, 8)}
	})
	if _, err := Decode(zero, n, Options{}); err != nil {
		t.Errorf("a channel that never varied: %v", err)
	}
}

func TestScaleOfNormalisationWithout(t *testing.T) {
	n := network(t, "airbench:width=1,depth=1", []int{8, 8, 3}, 2)
	const name = "block1.norm1.weight"
	for _, test := range []struct {
		scale float32
		ok    bool
	}{{1, true}, {2, false}} {
		content := file(t, n, randomValues(n), func(tensors map[string]view) {
			if _, ok := tensors[name]; !ok {
				t.Fatalf("no %s in %v", name, slices.Collect(maps.Keys(tensors)))
			}
			tensors[name] = view{safetensors.F32, []uint64{1}, littleEndian([]float32{test.scale})}
		})
		if _, err := Decode(content, n, Options{}); (err == nil) != test.ok {
			t.Errorf("a scale of %v: %v", test.scale, err)
		}
	}
}

func TestTypes(t *testing.T) {
	n := network(t, "mlp:1", []int{1}, 1)
	tests := []struct {
		dtype safetensors.DType
		data  []byte
		want  float32
	}{
		{safetensors.F16, []byte{0x00, 0xc1}, -2.5},
		{safetensors.F16, []byte{0x01, 0x00}, 0x1p-24}, // the smallest
		{safetensors.BF16, []byte{0x20, 0xc0}, -2.5},
		{safetensors.F64, []byte{0, 0, 0, 0, 0, 0, 0x04, 0xc0}, -2.5},
	}
	if got := float16.FromFloat32(-2.5).Bits(); got != 0xc100 {
		t.Errorf("float16 of -2.5 is %#x", got)
	}
	for _, test := range tests {
		got, err := Decode(file(t, n, randomValues(n), func(tensors map[string]view) {
			tensors["hidden1.bias"] = view{test.dtype, []uint64{1}, test.data}
		}), n, Options{})
		if err != nil || got["hidden1/bias"][0] != test.want {
			t.Errorf("%s % x is %v, %v, want %v", test.dtype, test.data, got["hidden1/bias"], err, test.want)
		}
	}
}

func TestDecodeRefuses(t *testing.T) {
	n := network(t, "mlp:3", []int{2}, 4)
	values := randomValues(n)
	whole := encode(t, n, values)
	zeros := func(n int) view { return view{safetensors.F32, []uint64{uint64(n)}, make([]byte, 4*n)} }
	tests := map[string]struct {
		content []byte
		want    []string
	}{
		"empty":       {nil, []string{"not a sound safetensors file", "header too small"}},
		"cut":         {whole[:len(whole)-1], []string{"not a sound safetensors file"}},
		"longer":      {append(slices.Clone(whole), 0), []string{"not a sound safetensors file"}},
		"torch.save":  {[]byte("PK\x03\x04 and so on"), []string{"torch.save", "save_file"}},
		"LFS pointer": {[]byte("version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 46830571\n"), []string{"not a sound safetensors file", "Git LFS pointer", "git lfs pull"}},
		"web page":    {[]byte("<!DOCTYPE html><html><title>404</title></html>"), []string{"a web page"}},
		"index":       {[]byte(`{"metadata": {"total_size": 10}, "weight_map": {}}`), []string{"the index of weights in several files"}},
		"huge header": {[]byte("\xff\xff\xff\xff\xff\xff\xff\xff{}"), []string{"not a sound safetensors file"}},
		"missing and unexpected": {file(t, n, values, func(tensors map[string]view) {
			tensors["fc.bias"] = tensors["hidden1.bias"]
			delete(tensors, "hidden1.bias")
		}), []string{"the file does not fit mlp:3: tensors 1 missing (hidden1.bias), 1 unexpected (fc.bias)"}},
		"another shape": {file(t, n, values, func(tensors map[string]view) { tensors["hidden1.bias"] = zeros(5) }),
			[]string{"tensors 1 of another shape (hidden1.bias is [5] and not [3])"}},
		"many": {file(t, n, values, func(tensors map[string]view) {
			for _, name := range []string{"a", "b", "c", "d", "e", "f"} {
				tensors[name] = zeros(1)
			}
		}), []string{"6 unexpected (a, b, c, d and 2 more)"}},
		"integers": {file(t, n, values, func(tensors map[string]view) {
			tensors["hidden1.bias"] = view{safetensors.I32, []uint64{3}, make([]byte, 12)}
		}), []string{"tensor hidden1.bias: values of type I32 cannot be weights"}},
		"NaN": {file(t, n, values, func(tensors map[string]view) {
			tensors["hidden1.bias"] = view{safetensors.F32, []uint64{3}, []byte{0, 0, 0, 0, 0, 0, 0xc0, 0x7f, 0, 0, 0, 0}}
		}), []string{"tensor hidden1.bias: value 1 is NaN"}},
	}
	for name, test := range tests {
		_, err := Decode(test.content, n, Options{})
		if err == nil {
			t.Errorf("%s: no error", name)
			continue
		}
		for _, want := range test.want {
			if !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
				t.Errorf("%s: %q does not say %q in a line", name, err, want)
			}
		}
	}
	_, err := Decode(whole, network(t, "mlp:3", []int{2}, 5), Options{})
	if mismatch, ok := errors.AsType[*MismatchError](err); !ok || !mismatch.Head || len(mismatch.Reshaped) != 2 {
		t.Errorf("another number of classes: %v", err)
	}
}

func TestWriteRefuses(t *testing.T) {
	n := network(t, "mlp:3", []int{2}, 4)
	values := randomValues(n)
	delete(values, "hidden1/bias")
	path := filepath.Join(t.TempDir(), "w.safetensors")
	if err := WriteFile(path, n, values, nil); err == nil || !strings.Contains(err.Error(), "hidden1/bias has 0 values") {
		t.Errorf("a variable is missing: %v", err)
	}
	if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a file was left: %v", err)
	}
}

// FuzzDecode looks for content that makes the reader panic, or take in what the
// network cannot hold.
func FuzzDecode(f *testing.F) {
	n := network(f, "cnn:width=1,depth=1", []int{2, 2, 1}, 2)
	whole := encode(f, n, randomValues(n))
	f.Add(whole)
	f.Add(whole[:40])
	f.Add(append([]byte{2, 0, 0, 0, 0, 0, 0, 0}, "{}"...))
	f.Add(append([]byte{4, 0, 0, 0, 0, 0, 0, 0}, "null"...))
	f.Add(append([]byte{62, 0, 0, 0, 0, 0, 0, 0}, `{"a":{"dtype":"F32","shape":[4294967296],"data_offsets":[0,0]}}`...))
	f.Fuzz(func(t *testing.T, content []byte) {
		if _, err := sound(content); err == nil {
			if _, err := notesOf(bytes.NewReader(content), int64(len(content))); err != nil {
				t.Errorf("notes of a sound file: %v", err)
			}
		}
		for _, o := range []Options{{}, {NewHead: true}} {
			values, err := Decode(content, n, o)
			if err != nil {
				continue
			}
			for i := range n.Variables {
				v := &n.Variables[i]
				if got, ok := values[v.Path]; len(got) != v.Size() && (ok || !o.NewHead) {
					t.Errorf("%s has %d values, want %d", v.Path, len(got), v.Size())
				}
			}
		}
	})
}

// TestInspect has one tensor of each kind that a file can hold.
func TestInspect(t *testing.T) {
	n := network(t, "vgg11:width=2,hidden=5", []int{32, 32, 3}, 4)
	values := randomValues(n)
	path := filepath.Join(t.TempDir(), "w.safetensors")
	write := func(change func(map[string]view)) *Fit {
		t.Helper()
		if err := os.WriteFile(path, file(t, n, values, change), 0o666); err != nil {
			t.Fatal(err)
		}
		fit, err := Inspect(path, n, Options{})
		if err != nil {
			t.Fatal(err)
		}
		return fit
	}
	whole := write(func(map[string]view) {})
	// The biases of its 8 convolutions are folded away: read, though no variables.
	wantValues := 0
	for _, v := range values {
		wantValues += len(v)
	}
	for _, v := range n.Variables {
		if strings.HasPrefix(v.Path, "conv") {
			wantValues += v.Dims[3]
		}
	}
	if len(whole.Matched) != len(n.Variables)+8 || whole.Values != wantValues || whole.Err() != nil {
		t.Errorf("%d tensors with %d values match, want %d with %d: %v", len(whole.Matched), whole.Values, len(n.Variables)+8, wantValues, whole.Err())
	}
	fit := write(func(tensors map[string]view) {
		one := view{safetensors.F32, []uint64{1}, make([]byte, 4)}
		delete(tensors, "features.1.weight")
		delete(tensors, "features.0.bias") // the network does without
		tensors["classifier.3.bias"] = one
		tensors["extra"] = one
		tensors["features.1.num_batches_tracked"] = view{safetensors.I64, []uint64{}, make([]byte, 8)}
	})
	if len(fit.Matched) != len(whole.Matched)-3 || !slices.Equal(fit.Missing, []string{"features.1.weight"}) ||
		!slices.Equal(fit.Unexpected, []string{"extra"}) || !slices.Equal(fit.Reshaped, []string{"classifier.3.bias is [1] and not [4]"}) ||
		!slices.Equal(fit.PassedOver, []string{"features.1.num_batches_tracked"}) {
		t.Errorf("%+v", fit)
	}
	if mismatch, ok := errors.AsType[*MismatchError](fit.Err()); !ok || mismatch.Head {
		t.Errorf("it fits, or only its head does not: %v", fit.Err())
	}
	if err := os.WriteFile(path, []byte("x"), 0o666); err != nil {
		t.Fatal(err)
	}
	if _, err := Inspect(path, n, Options{}); !errors.Is(err, ErrFormat) {
		t.Errorf("no safetensors file: %v", err)
	}
}
