package augment

import "fmt"

// For returns the pipeline that makes samples of h rows, w columns and that
// many channels: a ResizedCrop without a size gets that of the sample. Images
// that are not all of that size before go through before first, unless an
// operation of the pipeline gives them a size; before is nil where all are.
//
// The error says why the result would not be a sample.
func (p *Pipeline) For(h, w, channels int, before Op) (*Pipeline, error) {
	ops := make([]Op, 0, len(p.ops)+1)
	known := before == nil // the size at this point
	atH, atW := h, w
	for _, op := range p.ops {
		if r, ok := op.(ResizedCrop); ok && r.H == 0 {
			r.H, r.W = h, w
			op = r
		}
		if err := fits(op, atH, atW, channels, known); err != nil {
			return nil, err
		}
		if s, ok := op.(Sizer); ok {
			atH, atW = s.Size()
			known = true
		}
		ops = append(ops, op)
	}
	if !known {
		ops = append([]Op{before}, ops...)
	}
	if atH != h || atW != w {
		return nil, fmt.Errorf("augmentation %q makes images of %d rows and %d columns; a sample has %d and %d", p, atH, atW, h, w)
	}
	return NewPipeline(ops...), nil
}

// fits reports why an operation cannot be applied to an image of that size,
// where it is known, and that many channels.
func fits(op Op, h, w, channels int, known bool) error {
	switch o := op.(type) {
	case Jitter, Lighting:
		if channels != 3 {
			return fmt.Errorf("augmentation %q needs images of three channels; a sample has %d", op, channels)
		}
	case PadCrop:
		if o.Reflect && known && min(h, w) <= o.Pad {
			return fmt.Errorf("augmentation %q mirrors more than images of %d rows and %d columns have", op, h, w)
		}
	case RandomCrop:
		if known && min(h, w) < o.Side {
			return fmt.Errorf("augmentation %q is larger than images of %d rows and %d columns", op, h, w)
		}
	}
	return nil
}
