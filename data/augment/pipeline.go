package augment

import (
	"strconv"
	"strings"

	"github.com/vicinal-ml/vicinal/stream"
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
		op, _, _ := strings.Cut(spec, ":")
		name := stream.Augment + "/" + op
		if seen[op]++; seen[op] > 1 {
			name += "/" + strconv.Itoa(seen[op])
		}
		names = append(names, name)
	}
	return names
}

// Streams returns the random streams of the operations for a run's seed.
// branch is empty, or a name that gives streams of their own to samples that
// are drawn a second time in an epoch.
func (p *Pipeline) Streams(seed uint64, branch string) []stream.Stream {
	return streams(seed, branch, p.names)
}

func streams(seed uint64, branch string, names []string) []stream.Stream {
	s := make([]stream.Stream, len(names))
	for i, name := range names {
		if branch != "" {
			name = branch + "/" + name
		}
		s[i] = stream.New(seed, name)
	}
	return s
}

// Apply changes the image on the canvas. The result is a pure function of the
// image, the seed of the streams, epoch and sample.
func (p *Pipeline) Apply(c *Canvas, streams []stream.Stream, epoch, sample int) error {
	for i, op := range p.ops {
		if a, ok := op.(alternating); ok {
			c.rand = streams[i].AtSample(0, 0, uint64(sample))
			if err := a.inEpoch(c, &c.rand, epoch); err != nil {
				return err
			}
			continue
		}
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
