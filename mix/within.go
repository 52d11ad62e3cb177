package mix

import (
	"errors"
	"fmt"
	"strconv"

	"github.com/vicinal-ml/vicinal/stream"
)

// Within says where in the network a method mixes. With Hidden it is manifold
// mixup (Verma, Lamb, Beckham, Najafi, Mitliagkas, Lopez-Paz, Bengio, "Manifold
// Mixup: Better Representations by Interpolating Hidden States", arXiv
// 1806.05236, section 2, equation 1): with f = f_k(g_k(x)), for each batch a k
// is drawn uniformly from the eligible layers, and the loss is that of
//
//	f_k(l g_k(x_i) + (1-l) g_k(x_j)),    l y_i + (1-l) y_j,
//
// where g_0(x) = x: mixup at the input. The eligible layers are the input and
// the ends of the network's blocks (At.Blocks), up to Deepest.
type Within struct {
	Hidden  bool
	Deepest int // the last block to mix after, 0 for the network's last
}

// UsesDepth reports whether Draw needs At.Blocks.
func (w Within) UsesDepth() bool { return w.Hidden }

// drawDepth sets p.Depth for a batch at at.
func (w Within) drawDepth(p *Plan, at *At) error {
	if !w.Hidden {
		return nil
	}
	if err := w.checkBlocks(at.Blocks); err != nil {
		return err
	}
	deepest := at.Blocks
	if w.Deepest > 0 {
		deepest = w.Deepest
	}
	r := at.stream(stream.Depth)
	p.Depth = r.IntN(deepest + 1)
	return nil
}

func (w Within) checkBlocks(blocks int) error {
	switch {
	case !w.Hidden:
		return nil
	case blocks == 0:
		return errors.New("at=hidden mixes after the blocks of a network, and this one has none: choose another network, or at=input")
	case w.Deepest > blocks:
		return fmt.Errorf("deepest=%d is more than the network's %d blocks", w.Deepest, blocks)
	}
	return nil
}

func (w Within) validate() error {
	if w.Deepest < 0 || w.Deepest > 0 && !w.Hidden {
		return fmt.Errorf("deepest is %d, it must be 1 or more and goes with at=hidden", w.Deepest)
	}
	return nil
}

// options returns the parts of a spec that are not the default.
func (w Within) options() []string {
	if !w.Hidden {
		return nil
	}
	opts := []string{"at=hidden"}
	if w.Deepest > 0 {
		opts = append(opts, "deepest="+strconv.Itoa(w.Deepest))
	}
	return opts
}
