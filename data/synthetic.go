package data

import (
	"context"
	"fmt"
	"math"
	"strconv"
	"strings"
	"sync"

	"github.com/vicinal-ml/vicinal/data/augment"
	"github.com/vicinal-ml/vicinal/stream"
)

// Sizes of the parts of a synthetic set, and bounds on its form.
const (
	syntheticTrain, syntheticTest = 50_000, 10_000
	syntheticMaxSize              = 1 << 26
	syntheticMaxClasses           = 1 << 20
)

func synthetic() reader {
	return reader{
		info: Info{Name: "synthetic", Title: "Random images with random labels, for benchmarks without data", Parts: "50,000 for training, of which a tenth is drawn for validation, and 10,000 for testing",
			Source: "generated", Licence: "none needed"},
		form: "CxHxW:K",
		open: openSynthetic,
	}
}

// openSynthetic reads the form CxHxW:K. Pixels are uniform, labels are the
// sample's number modulo K: there is nothing to learn.
func openSynthetic(ctx context.Context, r request) (*parts, error) {
	shape, classes, err := parseSynthetic(r.arg)
	if err != nil {
		return nil, &OptionError{r.name, r.arg, err.Error()}
	}
	n := &norm{}
	part := func(name string, length int) *noiseImages {
		s := &noiseImages{shape: shape, labels: make([]int32, length), stream: stream.New(SplitSeed, name), norm: n}
		for i := range s.labels {
			s.labels[i] = int32(i % classes)
		}
		return s
	}
	info := r.info
	info.Shape, info.Classes = shape, numbers(classes)
	for range shape[2] {
		info.Mean = append(info.Mean, 0.5)
		// The deviation of a uniform distribution over [0, 1].
		info.Std = append(info.Std, float32(1/math.Sqrt(12)))
	}
	return &parts{
		info:            info,
		train:           part("synthetic-train", syntheticTrain),
		test:            part("synthetic-test", syntheticTest),
		norm:            n,
		validationShare: 1. / 10,
	}, nil
}

func parseSynthetic(arg string) (shape []int, classes int, err error) {
	dims, k, ok := strings.Cut(arg, ":")
	fields := strings.Split(dims, "x")
	if !ok || len(fields) != 3 {
		return nil, 0, fmt.Errorf("use synthetic:CxHxW:K, such as synthetic:3x32x32:10")
	}
	size := 1
	for _, f := range fields {
		d, err := strconv.Atoi(f)
		if err != nil || d < 1 || d > syntheticMaxSize/size {
			return nil, 0, fmt.Errorf("%q is not a dimension of at least 1, with at most %d values in all", f, syntheticMaxSize)
		}
		size *= d
		shape = append(shape, d)
	}
	classes, err = strconv.Atoi(k)
	if err != nil || classes < 1 || classes > syntheticMaxClasses {
		return nil, 0, fmt.Errorf("%q is not a number of classes in [1, %d]", k, syntheticMaxClasses)
	}
	return []int{shape[1], shape[2], shape[0]}, classes, nil
}

// noiseImages generates each image when it is read.
type noiseImages struct {
	shape   []int
	labels  []int32
	stream  stream.Stream
	norm    *norm
	scratch sync.Pool // of *augment.Canvas
}

func (s *noiseImages) Len() int        { return len(s.labels) }
func (s *noiseImages) Size() int       { return volume(s.shape) }
func (s *noiseImages) Labels() []int32 { return s.labels }

func (s *noiseImages) Read(ctx context.Context, i int, dst []float32) error {
	if err := checkRead(ctx, s, i, len(dst)); err != nil {
		return err
	}
	c, ok := s.scratch.Get().(*augment.Canvas)
	if !ok {
		c = new(augment.Canvas)
	}
	defer s.scratch.Put(c)
	if err := s.ReadImage(ctx, i, c); err != nil {
		return err
	}
	normalise(dst, c.Pix, s.norm)
	return nil
}

func (s *noiseImages) ReadImage(ctx context.Context, i int, c *augment.Canvas) error {
	if err := checkRead(ctx, s, i, s.Size()); err != nil {
		return err
	}
	c.Set(s.shape[0], s.shape[1], s.shape[2])
	s.generate(i, c.Pix)
	return nil
}

func (s *noiseImages) generate(i int, dst []uint8) {
	rand := s.stream.At(0, uint64(i))
	var word uint64
	for j := range dst {
		if j%8 == 0 {
			word = rand.Uint64()
		}
		dst[j] = uint8(word)
		word >>= 8
	}
}
