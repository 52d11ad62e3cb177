package zoo

import (
	"fmt"
	"math"

	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"github.com/vicinal-ml/vicinal/stream"
)

// Variable is one tensor of a network.
type Variable struct {
	Path      string // below the network's scope: the layer's and the role's name, such as "conv1/kernel"
	Layer     string
	Role      Role
	Dims      []int
	Input     []int // shape of a sample where the variable meets it: of a dense kernel, what is flattened
	Trainable bool
	Init      Init

	Transposed bool // the kernel of a transposed convolution
}

// Size returns the number of values.
func (v *Variable) Size() int {
	n := 1
	for _, d := range v.Dims {
		n *= d
	}
	return n
}

// Init says what a variable holds before training: Mean where Std is 0, and
// draws from the normal distribution of that mean and standard deviation
// otherwise.
type Init struct {
	Mean, Std float64

	// Identity makes the first filters of a convolution pass its input
	// channels on, one each: of a kernel [K K in out], the filters below in.
	Identity bool
}

var (
	zeros = Init{}
	ones  = Init{Mean: 1}
)

// he returns the initial values of a kernel followed by a ReLU (He et al.,
// "Delving Deep into Rectifiers", 2015, equation 10).
func he(fanIn int) Init { return Init{Std: math.Sqrt(2 / float64(fanIn))} }

// leCun returns the initial values of a kernel that no ReLU follows (LeCun et
// al., "Efficient BackProp", 1998, equation 16).
func leCun(fanIn int) Init { return Init{Std: math.Sqrt(1 / float64(fanIn))} }

// torch returns the initial values of PyTorch's convolutions and dense layers,
// by their deviation.
func torch(fanIn int) Init { return Init{Std: math.Sqrt(1 / (3 * float64(fanIn)))} }

// identity is torch for a convolution whose first filters pass its inputs on.
func identity(fanIn int) Init {
	init := torch(fanIn)
	init.Identity = true
	return init
}

// Initialize creates the network's variables below scope, with their values at
// the start of a run of that seed, in float32 or float64.
//
// Each variable draws from its own stream, named by stream.Init and its
// path: its values depend neither on the other variables nor on the backend.
// A variable that exists already is an error.
func (n *Network) Initialize(scope *model.Scope, seed uint64, dtype dtypes.DType) error {
	for i := range n.Variables {
		v := &n.Variables[i]
		path := model.JoinPath(scope.Scope(), v.Path)
		if scope.Store().GetVariable(path) != nil {
			return fmt.Errorf("initialising %s: variable %s exists already", n.Spec, path)
		}
		values, err := v.values(seed, dtype)
		if err != nil {
			return fmt.Errorf("initialising %s: %w", n.Spec, err)
		}
		created, err := scope.Store().CreateVariable(path, values)
		if err != nil {
			return fmt.Errorf("initialising %s: %w", n.Spec, err)
		}
		created.SetTrainable(v.Trainable)
	}
	return nil
}

func (v *Variable) values(seed uint64, dtype dtypes.DType) (*tensors.Tensor, error) {
	values := make([]float64, v.Size())
	random := stream.New(seed, stream.Init+"/"+v.Path).At(0, 0)
	for i := range values {
		values[i] = v.Init.Mean
		if v.Init.Std != 0 {
			values[i] += v.Init.Std * random.NormFloat64()
		}
	}
	if v.Init.Identity {
		passOn(values, v.Dims)
	}
	return tensorOf(values, dtype, v.Dims)
}

// passOn sets the first filters of the kernel [K K in out], K odd, to the
// identity of one input channel each.
func passOn(kernel []float64, dims []int) {
	size, in, out := dims[0], dims[2], dims[3]
	filters := min(in, out)
	for i := range kernel {
		tap, channel, filter := i/(in*out), i/out%in, i%out
		if filter >= filters {
			continue
		}
		kernel[i] = 0
		if channel == filter && tap == size*size/2 {
			kernel[i] = 1
		}
	}
}

func tensorOf(values []float64, dtype dtypes.DType, dims []int) (*tensors.Tensor, error) {
	switch dtype {
	case dtypes.Float64:
		return tensors.FromFlatDataAndDimensions(values, dims...), nil
	case dtypes.Float32:
		single := make([]float32, len(values))
		for i, value := range values {
			single[i] = float32(value)
		}
		return tensors.FromFlatDataAndDimensions(single, dims...), nil
	default:
		return nil, fmt.Errorf("variables of type %s are not supported, only float32 and float64", dtype)
	}
}
