package mixgraph

import (
	"errors"
	"fmt"
	"iter"

	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/train"

	"github.com/vicinal-ml/vicinal/mix"
)

// Dataset is a train.Dataset that adds a plan to each batch of another. Plans
// depend on the seed and on the position in the run alone.
//
// A method that mixes regions (mix.UsesRegion) takes pictures, [N H W ...].
//
// Each call of Iter is one epoch, from 0. A source that never ends is cut into
// epochs by StepsPerEpoch, or is one endless epoch where that is 0.
type Dataset struct {
	Source train.Dataset
	Method mix.Method
	// Second gives the partners' batches for a method that takes them from a
	// second batch (mix.UsesSecond): of the same shapes as Source's, in
	// another order. It is not read for other methods.
	Second train.Dataset
	Seed   uint64
	// Epochs is the length of the run, 0 when not known; schedules that end
	// before the run does need it.
	Epochs int
	// StepsPerEpoch, if above 0, begins a new epoch after so many batches of
	// one Iter.
	StepsPerEpoch int
	// Blocks is after how many blocks the model function calls After, for a
	// method that mixes within it (mix.UsesDepth).
	Blocks int

	epoch     int   // that the next Iter begins
	seen      int64 // samples of all batches before
	epochSize int64 // samples of each finished epoch
	history   []mix.EpochStats
}

var _ train.Dataset = (*Dataset)(nil)

// New returns a Dataset that mixes the batches of source by method in a run of
// that seed and number of epochs. For a method that takes partners from a
// second batch set Second too.
func New(source train.Dataset, method mix.Method, seed uint64, epochs int) (*Dataset, error) {
	if source == nil || method == nil {
		return nil, errors.New("mixing a data set needs both the data set and a method")
	}
	if err := mix.Validate(method); err != nil {
		return nil, fmt.Errorf("mixing data set %q: %w", source.Name(), err)
	}
	if mix.Chooses(method) {
		return nil, fmt.Errorf("mixing data set %q: %s chooses the second batch from all training samples, which a data set of GoMLX does not give by number: choose partners within the batch", source.Name(), method)
	}
	return &Dataset{Source: source, Method: method, Seed: seed, Epochs: epochs}, nil
}

// Name returns the source's name.
func (d *Dataset) Name() string { return d.Source.Name() }

// Seek makes the next Iter begin the given epoch, with so many samples drawn
// before it: to resume a run, or to start over.
func (d *Dataset) Seek(epoch int, seen int64) { d.epoch, d.seen = epoch, seen }

// Record adds the training loss and accuracy of a finished epoch to what the
// method sees (mix.At.History). Schedules that react to the training
// (mix.UsesHistory) need it once an epoch, in order; Iter refuses an epoch that
// comes before the records of those before it.
func (d *Dataset) Record(stats mix.EpochStats) { d.history = append(d.history, stats) }

// Iter begins the next epoch.
func (d *Dataset) Iter() iter.Seq2[train.Batch, error] {
	epoch := d.epoch
	d.epoch++
	return func(yield func(train.Batch, error) bool) {
		if err := d.run(epoch, yield); err != nil {
			yield(train.Batch{}, fmt.Errorf("mixing data set %q: %w", d.Name(), err))
		}
	}
}

// run yields the batches of one Iter. It returns an error that is yet to be
// yielded.
func (d *Dataset) run(epoch int, yield func(train.Batch, error) bool) error {
	second, stop, err := d.pullSecond()
	if err != nil {
		return err
	}
	defer stop()
	var plan mix.Plan
	step := 0
	d.measure(epoch)
	for batch, err := range d.Source.Iter() {
		if err != nil {
			return err
		}
		if d.StepsPerEpoch > 0 && step == d.StepsPerEpoch {
			epoch, step = epoch+1, 0
			d.epoch = epoch + 1
			d.measure(epoch)
		}
		mixed, err := d.mix(batch, &plan, mix.At{Epoch: epoch, Step: step}, second)
		if err != nil {
			return errors.Join(fmt.Errorf("epoch %d, step %d: %w", epoch, step, err), batch.Finalize())
		}
		step++
		if !yield(mixed, nil) {
			return nil
		}
	}
	return nil
}

// measure notes how many samples each of the finished epochs drew, when an
// epoch begins.
func (d *Dataset) measure(epoch int) {
	if epoch > 0 {
		d.epochSize = d.seen / int64(epoch)
	}
}

// mix draws the plan of a batch at the epoch and step of at and adds it, and
// the second batch if there is one.
func (d *Dataset) mix(batch train.Batch, plan *mix.Plan, at mix.At, second func() (train.Batch, error, bool)) (train.Batch, error) {
	if mix.UsesHistory(d.Method) && len(d.history) < at.Epoch {
		return train.Batch{}, fmt.Errorf("%s reacts to the training loss, and only %d finished epochs are recorded: call Record after each", d.Method, len(d.history))
	}
	n, err := size(batch)
	if err != nil {
		return train.Batch{}, err
	}
	if at.Labels, err = classes(batch, n); err != nil {
		return train.Batch{}, err
	}
	if dims := batch.Inputs[0].Shape().Dimensions; len(dims) > 2 {
		at.Height, at.Width = dims[1], dims[2]
	}
	if mix.UsesTargets(d.Method) {
		if at.Targets, err = realTargets(batch); err != nil {
			return train.Batch{}, err
		}
	}
	at.Blocks = d.Blocks
	at.Seed, at.Epochs, at.Seen, at.EpochSize, at.N, at.History = d.Seed, d.Epochs, d.seen, d.epochSize, n, d.history
	if err := d.Method.Draw(plan, at); err != nil {
		return train.Batch{}, err
	}
	d.seen += int64(n)
	if err := addNoise(batch, plan); err != nil {
		return train.Batch{}, err
	}
	return d.join(batch, plan, second)
}

// pullSecond starts the second source, if the method needs one.
func (d *Dataset) pullSecond() (next func() (train.Batch, error, bool), stop func(), err error) {
	uses := mix.UsesSecond(d.Method)
	switch {
	case uses && d.Second == nil:
		return nil, nil, fmt.Errorf("%s takes partners from a second batch: set Second to a data set of the same shapes in another order", d.Method)
	case !uses:
		return nil, func() {}, nil
	}
	next, stop = iter.Pull2(d.Second.Iter())
	return next, stop, nil
}

// join adds the plan, and the second batch if there is one, to a batch.
func (d *Dataset) join(b train.Batch, plan *mix.Plan, second func() (train.Batch, error, bool)) (train.Batch, error) {
	spec := Spec{Source: b.Spec, Inputs: len(b.Inputs), Labels: len(b.Labels), Depth: plan.Depth}
	partner, input, target := Tensors(plan)
	inputs := append(append([]*tensors.Tensor{}, b.Inputs...), partner, input, target)
	if mix.UsesRegion(d.Method) {
		spec.Region = true
		inputs = append(inputs, RegionTensor(plan))
	}
	if second != nil {
		other, err, ok := second()
		if err != nil {
			return train.Batch{}, fmt.Errorf("second batch: %w", err)
		}
		if !ok {
			return train.Batch{}, fmt.Errorf("the second data set %q ended before the first", d.Second.Name())
		}
		if err := sameShapes(b, other); err != nil {
			return train.Batch{}, err
		}
		spec.Second = true
		inputs = append(append(inputs, other.Inputs...), other.Labels...)
	}
	return train.Batch{Inputs: inputs, Labels: b.Labels, Spec: spec}, nil
}

func sameShapes(a, b train.Batch) error {
	if len(a.Inputs) != len(b.Inputs) || len(a.Labels) != len(b.Labels) {
		return fmt.Errorf("the second batch has %d inputs and %d labels, the first %d and %d", len(b.Inputs), len(b.Labels), len(a.Inputs), len(a.Labels))
	}
	for i := range a.Inputs {
		if !a.Inputs[i].Shape().Equal(b.Inputs[i].Shape()) {
			return fmt.Errorf("input %d of the second batch is %s, of the first %s", i, b.Inputs[i].Shape(), a.Inputs[i].Shape())
		}
	}
	for i := range a.Labels {
		if !a.Labels[i].Shape().Equal(b.Labels[i].Shape()) {
			return fmt.Errorf("label %d of the second batch is %s, of the first %s", i, b.Labels[i].Shape(), a.Labels[i].Shape())
		}
	}
	return nil
}

// size returns the number of samples of a batch.
func size(b train.Batch) (int, error) {
	if len(b.Inputs) == 0 || b.Inputs[0].Rank() == 0 {
		return 0, errors.New("a batch has no input with a batch axis")
	}
	return b.Inputs[0].Shape().Dimensions[0], nil
}

// addNoise adds the plan's noise to a batch, which is the reader's own.
func addNoise(b train.Batch, plan *mix.Plan) error {
	if plan.Noise.Deviation == 0 {
		return nil
	}
	if len(b.Inputs) != 1 || b.Inputs[0].DType() != dtypes.Float32 {
		return fmt.Errorf("noise is added to the one float32 input of a batch, and it has %d, the first %s", len(b.Inputs), b.Inputs[0].Shape())
	}
	return tensors.MutableFlatData(b.Inputs[0], func(x []float32) { plan.Noise.Add(x, plan.N) })
}

// realTargets returns the labels of a batch that are real targets, or nil.
func realTargets(b train.Batch) ([]float32, error) {
	if len(b.Labels) == 0 || b.Labels[0].DType() != dtypes.Float32 {
		return nil, nil
	}
	return tensors.CopyFlatData[float32](b.Labels[0])
}

// classes returns the labels of a batch that are class indices, or nil.
func classes(b train.Batch, n int) ([]int32, error) {
	if len(b.Labels) == 0 || b.Labels[0].Size() != n {
		return nil, nil
	}
	switch t := b.Labels[0]; t.DType() {
	case dtypes.Int32:
		return tensors.CopyFlatData[int32](t)
	case dtypes.Int64:
		wide, err := tensors.CopyFlatData[int64](t)
		labels := make([]int32, len(wide))
		for i, c := range wide {
			labels[i] = int32(c)
		}
		return labels, err
	default:
		return nil, nil
	}
}
