package zoo

import (
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"
)

// TestOutputs checks the shape each kind of network computes.
func TestOutputs(t *testing.T) {
	tests := []struct {
		spec   string
		shape  []int
		k      int
		output Output
		want   []int // for a batch of 2
	}{
		{"mlp:3", []int{4}, 5, ClassLogits, []int{2, 5}},
		{"unet:width=1,depth=3", []int{11, 8, 3}, 5, PixelLogits, []int{2, 11, 8, 5}},
		{"unet:width=1,depth=1", []int{3, 2, 1}, 1, PixelLogits, []int{2, 3, 2, 1}},
		{"gan-generator:width=4", []int{7}, 2, Values, []int{2, 2}},
		{"gan-discriminator:width=4", []int{2}, 1, RealLogit, []int{2, 1}},
	}
	for _, test := range tests {
		n, err := New(test.spec, test.shape, test.k)
		if err != nil {
			t.Fatal(err)
		}
		if n.Output != test.output {
			t.Errorf("%s computes %s, want %s", n.Spec, n.Output, test.output)
		}
		store := newStore(t, n)
		dims := append([]int{2}, test.shape...)
		y, err := model.CallOnce(goBackendFor(t), store, n.Logits, tensors.FromShape(shapes.Make(dtypes.Float64, dims...)))
		if err != nil {
			t.Fatal(err)
		}
		if got := y.Shape().Dimensions; !slices.Equal(got, test.want) {
			t.Errorf("%s gives %v for %v, want %v", n.Spec, got, dims, test.want)
		}
	}
}

// TestUpConvolution compares with the definition: output (2i+r, 2j+c) is the
// input at (i, j) times the kernel at (r, c).
func TestUpConvolution(t *testing.T) {
	const n, height, width, in, out = 2, 3, 2, 4, 5
	b := newBuilder([]int{height, width, in})
	b.upConvolution("up", out)
	net := b.network("up", "", []int{height, width, in}, out)
	store := newStore(t, net)
	kernel, bias := flat(t, store.GetVariable("up/kernel").MustValue()), flat(t, store.GetVariable("up/bias").MustValue())
	x := draws("x", n*height*width*in)
	got := forward(t, goBackendFor(t), net, store, tensor(x, n, height, width, in), false)
	if len(got) != n*2*height*2*width*out {
		t.Fatalf("%d values", len(got))
	}
	for at, value := range got {
		o, column, row, sample := at%out, at/out%(2*width), at/out/(2*width)%(2*height), at/out/(2*width)/(2*height)
		want := bias[o]
		for i := range in {
			want += x[((sample*height+row/2)*width+column/2)*in+i] * kernel[(((row%2)*2+column%2)*in+i)*out+o]
		}
		if math.Abs(value-want) > 1e-12 {
			t.Fatalf("value %d is %v, want %v", at, value, want)
		}
	}
}

// TestUNet compares with PyTorch: testdata/unet.py, which gives the formula of
// the weights.
func TestUNet(t *testing.T) {
	text, err := os.ReadFile("testdata/unet.csv")
	if err != nil {
		t.Fatal(err)
	}
	shape := []int{7, 6, 2}
	n, err := New("unet:width=2,depth=2", shape, 3)
	if err != nil {
		t.Fatal(err)
	}
	store := model.NewStore()
	for i, v := range n.Variables {
		values := make([]float64, v.Size())
		inputs := v.Size() / v.Dims[len(v.Dims)-1]
		if strings.Contains(v.Path, "up-conv") {
			inputs /= 4 // one tap for each output
		}
		for j := range values {
			values[j] = math.Sin(float64(1 + j + 10*i))
			switch v.Role {
			case Weight:
				values[j] /= math.Sqrt(float64(inputs))
			case Scale, RunningVariance:
				values[j] = 1 + values[j]/2
			}
		}
		if _, err := store.CreateVariable(v.Path, tensor(values, v.Dims...)); err != nil {
			t.Fatal(err)
		}
	}
	x := make([]float64, 7*6*2)
	for i := range x {
		x[i] = math.Cos(float64(i))
	}
	got := forward(t, goBackendFor(t), n, store, tensor(x, 1, 7, 6, 2), false)
	want := strings.Fields(string(text))
	if len(got) != len(want) {
		t.Fatalf("%d values, want %d", len(got), len(want))
	}
	for i, text := range want {
		w, err := strconv.ParseFloat(text, 64)
		if err != nil {
			t.Fatal(err)
		}
		if math.Abs(got[i]-w) > 1e-9*(1+math.Abs(w)) {
			t.Fatalf("value %d is %v, PyTorch gives %v", i, got[i], w)
		}
	}
}

func TestMeanPool(t *testing.T) {
	x := draws("x", 2*5*4*3)
	b := newBuilder([]int{5, 4, 3})
	b.meanPool(2)
	net := b.network("pool", "", []int{5, 4, 3}, 3)
	got := forward(t, goBackendFor(t), net, model.NewStore(), tensor(x, 2, 5, 4, 3), false)
	if len(got) != 2*2*2*3 {
		t.Fatalf("%d values", len(got))
	}
	for at, value := range got {
		c, column, row, sample := at%3, at/3%2, at/6%2, at/12
		want := 0.0
		for r := range 2 {
			for k := range 2 {
				want += x[((sample*5+2*row+r)*4+2*column+k)*3+c] / 4
			}
		}
		if math.Abs(value-want) > 1e-12 {
			t.Fatalf("value %d is %v, want %v", at, value, want)
		}
	}
}
