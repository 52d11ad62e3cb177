package train

import (
	"fmt"

	"github.com/vicinal-ml/vicinal/data"
	"github.com/vicinal-ml/vicinal/mix"
)

// Fits reports a setting that makes no sense for samples of that shape, if any.
func (s Spec) Fits(shape []int) error {
	if s.EvalFlip && len(shape) != 3 {
		return fmt.Errorf("eval_flip mirrors images [height width channels], not samples of shape %v", shape)
	}
	return nil
}

// FitsSet reports what of the spec cannot be done with that data, if anything:
// what Fits does, and batches that cannot be made or mixed.
func (s Spec) FitsSet(set *data.Set) error { return s.fitsSet(set, values{}) }

func (s Spec) fitsSet(set *data.Set, own values) error {
	if err := s.Fits(set.Shape); err != nil {
		return err
	}
	n := set.Train.Len()
	if s.DropLast && n < s.Batch {
		return fmt.Errorf("drop_last leaves no batch: %d training samples are fewer than the %d of a batch", n, s.Batch)
	}
	if s.StopAfter > 0 && set.Validation.Len() == 0 {
		return fmt.Errorf("stop_after looks at the validation part, and data %s has none: say validation, how many samples it has", set.Name)
	}
	if _, err := own.taskOf(s, set); err != nil {
		return err
	}
	method, err := own.methodOf(s)
	if err != nil {
		return err
	}
	if height, _ := pictureSize(set.Shape); mix.UsesRegion(method) && height == 0 {
		return fmt.Errorf("%s cuts boxes out of pictures [height width channels], not out of samples of shape %v", method, set.Shape)
	}
	if err := own.fitsMethod(s, set, method); err != nil {
		return err
	}
	if err := mix.CheckBatch(method, min(s.Batch, n)); err != nil {
		return fmt.Errorf("%s cannot mix batches of %d samples: %w; choose a larger batch, or partners=permutation", method, min(s.Batch, n), err)
	}
	if last := n % s.Batch; last > 0 && !s.DropLast {
		if err := mix.CheckBatch(method, last); err != nil {
			return fmt.Errorf("%s cannot mix the last batch of an epoch, which has %d of the %d training samples: %w; choose another batch than %d, drop_last, or partners=permutation", method, last, n, err, s.Batch)
		}
	}
	return nil
}

// fitsMethod reports what a method looks at that the data or the network has not.
func (v values) fitsMethod(s Spec, set *data.Set, method mix.Method) error {
	if mix.UsesDepth(method) {
		_, network, err := v.learns(s, set)
		if err != nil {
			return err
		}
		if err := mix.CheckBlocks(method, len(network.Blocks)); err != nil {
			return fmt.Errorf("%s cannot mix within %s: %w", method, network.Spec, err)
		}
	}
	if mix.UsesTargets(method) && set.Task != data.Regression {
		return fmt.Errorf("%s draws partners by the similarity of real targets, and data %s has none: it is a %s set", method, set.Name, set.Task)
	}
	k, sameClass := mix.UsesNeighbors(method)
	if n := set.Train.Len(); !sameClass && k > n-1 {
		return fmt.Errorf("%s draws from the %d nearest of each training sample, and each of the %d has %d others: choose a smaller k", method, k, n, n-1)
	}
	if mix.UsesClasses(method) && set.Task != data.Classification {
		return fmt.Errorf("%s draws partners by their classes, and data %s has none: it is a %s set", method, set.Name, set.Task)
	}
	return nil
}

// pictureSize returns height and width of samples [height width channels], 0 of
// others.
func pictureSize(shape []int) (height, width int) {
	if len(shape) != 3 {
		return 0, 0
	}
	return shape[0], shape[1]
}

// checkSet reports why the data cannot be trained on, if so.
func checkSet(set *data.Set) error {
	if set.Train.Len() == 0 {
		return fmt.Errorf("data %s has no training samples", set.Name)
	}
	for _, split := range []struct {
		name string
		data.Split
	}{{"training", set.Train}, {"validation", set.Validation}, {"test", set.Test}} {
		if set.Task != data.Classification {
			if err := checkTargets(set, split.name, split.Split); err != nil {
				return err
			}
			continue
		}
		labels := split.Labels()
		if len(labels) != split.Len() {
			return fmt.Errorf("data %s: the %s split has %d samples but %d labels", set.Name, split.name, split.Len(), len(labels))
		}
		for i, label := range labels {
			if label < 0 || int(label) >= len(set.Classes) {
				return fmt.Errorf("data %s: label %d of %s sample %d is not one of the %d classes", set.Name, label, split.name, i, len(set.Classes))
			}
		}
	}
	return nil
}

// checkTargets reports what of a split does not fit the data's kind, which is
// not of classes of samples. Labels of pixels are looked at as they are read.
func checkTargets(set *data.Set, name string, split data.Split) error {
	if set.Task == data.Segmentation {
		pixels, ok := split.(data.Segmented)
		switch {
		case len(set.Shape) != 3:
			return fmt.Errorf("data %s: samples of shape %v are no pictures [height width channels], whose pixels have classes", set.Name, set.Shape)
		case split.Len() > 0 && (!ok || pixels.Pixels() != set.Shape[0]*set.Shape[1]):
			return fmt.Errorf("data %s: the %s split has no label for each of the %d x %d pixels of a sample (data.Segmented)", set.Name, name, set.Shape[0], set.Shape[1])
		}
		return nil
	}
	targets := data.Targets(split)
	if len(targets) != split.Len()*len(set.Targets) {
		return fmt.Errorf("data %s: the %s split has %d samples of %d targets but %d values", set.Name, name, split.Len(), len(set.Targets), len(targets))
	}
	for i, x := range targets {
		sample, target := i/len(set.Targets), set.Targets[i%len(set.Targets)]
		switch {
		case x-x != 0:
			return fmt.Errorf("data %s: target %s of %s sample %d is %v", set.Name, target, name, sample, x)
		case set.Task == data.MultiLabel && x != 0 && x != 1:
			return fmt.Errorf("data %s: label %s of %s sample %d is %v, neither 0 nor 1", set.Name, target, name, sample, x)
		}
	}
	return nil
}
