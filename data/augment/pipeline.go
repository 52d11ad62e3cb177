package augment

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/vicinal-ml/vicinal/mix"
)

// Pipeline applies operations in order. The zero Pipeline changes nothing.
// NewPipeline makes one; it may be used by several goroutines.
type Pipeline struct {
	ops   []Op
	names []string // of the operations' streams
}

// NewPipeline returns the pipeline of ops. Each draws from the stream
// "augment/NAME", where NAME is its spec without arguments; the second one of
// a name from "augment/NAME/2", and so on.
func NewPipeline(ops ...Op) *Pipeline {
	var specs []string
	for _, op := range ops {
		specs = append(specs, op.String())
	}
	return &Pipeline{ops, streamNames(specs)}
}

func streamNames(specs []string) []string {
	var names []string
	seen := make(map[string]int)
	for _, spec := range specs {
		name, _, _ := strings.Cut(spec, ":")
		stream := mix.StreamAugment + "/" + name
		if seen[name]++; seen[name] > 1 {
			stream += "/" + strconv.Itoa(seen[name])
		}
		names = append(names, stream)
	}
	return names
}

// Streams returns the random streams of the operations for a run's seed.
func (p *Pipeline) Streams(seed uint64) []mix.Stream { return streams(seed, p.names) }

func streams(seed uint64, names []string) []mix.Stream {
	s := make([]mix.Stream, len(names))
	for i, name := range names {
		s[i] = mix.NewStream(seed, name)
	}
	return s
}

// Apply changes the image on the canvas. The result is a pure function of the
// image, the seed of the streams, epoch and sample.
func (p *Pipeline) Apply(c *Canvas, streams []mix.Stream, epoch, sample int) error {
	for i, op := range p.ops {
		c.rand = streams[i].AtSample(uint64(epoch), 0, uint64(sample))
		if err := op.Apply(c, &c.rand); err != nil {
			return err
		}
	}
	return nil
}

// Size returns the size of the result for an image of h rows and w columns,
// which is 0, 0 where it differs from image to image.
func (p *Pipeline) Size(h, w int) (int, int) {
	for _, op := range p.ops {
		if s, ok := op.(Sizer); ok {
			h, w = s.Size()
		}
	}
	return h, w
}

// String returns the pipeline as Parse reads it.
func (p *Pipeline) String() string {
	var specs []string
	for _, op := range p.ops {
		specs = append(specs, op.String())
	}
	return strings.Join(specs, ",")
}

// Parse reads a pipeline: operations with their arguments, separated by
// commas, such as "resized-crop:224,flip,jitter:0.4,lighting:0.1". "" is the
// pipeline that changes nothing.
func Parse(spec string) (*Pipeline, error) {
	var ops []Op
	if spec == "" {
		return NewPipeline(), nil
	}
	for text := range strings.SplitSeq(spec, ",") {
		op, err := parse(text)
		if err != nil {
			return nil, fmt.Errorf("augmentation %q: %w", text, err)
		}
		ops = append(ops, op)
	}
	return NewPipeline(ops...), nil
}

// Help returns one line for each operation that Parse knows.
func Help() []string {
	return []string{
		"pad-crop:PAD            pad each side with black pixels, crop a random part of the old size",
		"random-crop:SIDE        crop a random square",
		"resized-crop:SIDE[:MIN] crop a random part of at least MIN (0.08) of the area, resize it to a square",
		"center-crop:SIDE[:SHORT] resize the shorter side to SHORT, crop the central square",
		"resize:SIDE             resize to a square",
		"flip                    mirror left and right with probability 1/2",
		"jitter:AMOUNT           change brightness, contrast and saturation",
		"lighting:AMOUNT         add a colour along ImageNet's principal components",
		"erase:P                 fill a random rectangle with noise with probability P",
	}
}

func parse(text string) (Op, error) {
	fields := strings.Split(strings.TrimSpace(text), ":")
	a := arguments{rest: fields[1:]}
	var op Op
	switch fields[0] {
	case "pad-crop":
		op = PadCrop{a.whole(1)}
	case "random-crop":
		op = RandomCrop{a.whole(1)}
	case "resized-crop":
		op = ResizedCrop{a.whole(1), a.real(0.08, 1)}
	case "center-crop":
		op = CenterCrop{a.whole(1), a.whole(0)}
	case "resize":
		op = Resize{a.whole(1)}
	case "flip":
		op = Flip{}
	case "jitter":
		op = Jitter{a.real(math.NaN(), 1)}
	case "lighting":
		op = Lighting{a.real(math.NaN(), 10)}
	case "erase":
		op = Erase{a.real(math.NaN(), 1)}
	default:
		return nil, fmt.Errorf("unknown: known are pad-crop, random-crop, resized-crop, center-crop, resize, flip, jitter, lighting, erase")
	}
	if a.err == nil && len(a.rest) > 0 {
		a.err = fmt.Errorf("%q is one argument too many", a.rest[0])
	}
	return op, a.err
}

// arguments are read one after the other; the first error stays.
type arguments struct {
	rest []string
	err  error
}

func (a *arguments) next() (string, bool) {
	if len(a.rest) == 0 {
		return "", false
	}
	s := a.rest[0]
	a.rest = a.rest[1:]
	return s, true
}

// maxSide bounds sides, so that no product overflows.
const maxSide = 1 << 14

// whole reads a number in [1, maxSide], which may be left out where least is 0.
func (a *arguments) whole(least int) int {
	s, ok := a.next()
	if !ok && least == 0 {
		return 0
	}
	v, err := strconv.Atoi(s)
	if a.err == nil && (err != nil || v < 1 || v > maxSide) {
		a.err = fmt.Errorf("%q is not a whole number in [1, %d]", s, maxSide)
	}
	return v
}

// real reads a number in [0, most], otherwise where it is left out, which is
// an error if that is NaN.
func (a *arguments) real(otherwise, most float64) float64 {
	s, ok := a.next()
	if !ok && !math.IsNaN(otherwise) {
		return otherwise
	}
	v, err := strconv.ParseFloat(s, 64)
	if a.err == nil && (err != nil || !(v >= 0 && v <= most)) {
		a.err = fmt.Errorf("%q is not a number in [0, %g]", s, most)
	}
	return v
}
