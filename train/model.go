package train

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"github.com/vicinal-ml/vicinal/data"
	"github.com/vicinal-ml/vicinal/measure"
	"github.com/vicinal-ml/vicinal/task"
	"github.com/vicinal-ml/vicinal/train/internal/rundir"
	"github.com/vicinal-ml/vicinal/zoo"
)

// Which names a checkpoint of a run.
type Which string

const (
	Last Which = rundir.LastFile // the last saved state
	Best Which = rundir.BestFile // the epoch with the best validation error
)

// Model is the network of a run, to predict with. It may be used by one
// goroutine at a time.
type Model struct {
	Spec    Spec
	Info    *data.Info // of the data: classes or targets, and the shape of one sample
	Classes []string
	Shape   []int // of one sample
	Epoch   int   // finished epochs of the checkpoint

	Preparation *data.Preparation // see Saved

	backend compute.Backend
	task    task.Task
	network *zoo.Network
	store   *model.Store
	exec    *model.Exec
}

// Open reads the network of a checkpoint file, or of a run folder, of which
// which is taken. The caller closes it.
func Open(backend compute.Backend, from string, which Which) (*Model, error) {
	s, err := Load(from, which)
	if err != nil {
		return nil, err
	}
	return s.Open(backend)
}

// Saved is a checkpoint.
type Saved struct {
	Path    string     // of the file
	Spec    Spec       // of the run
	Info    *data.Info // of the data: classes or targets, and the shape of one sample
	Classes []string
	Shape   []int // of one sample
	Epoch   int   // finished epochs

	// Preparation is what prepared the training samples, for data.Options of
	// other data; nil where it was not kept.
	Preparation *data.Preparation

	task    task.Task
	network *zoo.Network
	content *checkpoint
}

// Origin is what the run was made from. Of imported weights nothing is known.
func (s *Saved) Origin() Origin { return s.content.origin() }

// Load reads a checkpoint file, or that of a run folder which which names. Its
// error wraps ErrDamaged for a file that cannot be trusted.
func Load(from string, which Which) (*Saved, error) { return loadAs(from, which, values{}) }

// LoadAs is Load of a run that was trained with a network or a task of its
// program's own, see [Runner]; nil is what the run's spec names.
func LoadAs(from string, which Which, network *zoo.Network, t task.Task) (*Saved, error) {
	return loadAs(from, which, values{network: network, task: t})
}

func loadAs(from string, which Which, own values) (*Saved, error) {
	path := from
	if info, err := os.Stat(from); err == nil && info.IsDir() {
		path = filepath.Join(from, string(which))
	}
	f, err := openCheckpoint(path)
	if err != nil {
		return nil, err
	}
	defer f.close()
	spec, err := decodeSpec([]byte(f.Spec))
	if err != nil {
		return nil, f.damaged(err)
	}
	if (entry{Dims: f.Shape}).size() < 0 {
		return nil, f.damaged(fmt.Errorf("samples of %d dimensions are too large", len(f.Shape)))
	}
	info := f.info(spec.Data)
	t := own.task
	if t == nil {
		if t, err = task.New(spec.Task, info, task.Options{}); err != nil {
			return nil, fmt.Errorf("opening %s: %w", path, err)
		}
	}
	network, err := own.networkOf(spec, f.Shape, t)
	if err != nil {
		return nil, fmt.Errorf("opening %s: %w", path, err)
	}
	// Before anything of the network's size is made: the header may name any.
	if err := f.holds(network, spec.Average.scope()); err != nil {
		return nil, f.damaged(err)
	}
	c, err := f.readOf(network, weightsOf(network, spec.Average.scope()))
	if err != nil {
		return nil, err
	}
	return &Saved{Path: path, Spec: spec, Info: info, task: t, Classes: c.Classes, Shape: c.Shape, Epoch: c.State.Epoch, Preparation: c.Preparation, network: network, content: c}, nil
}

// Open makes the network that was evaluated, to compute on backend. The caller
// closes it.
func (s *Saved) Open(backend compute.Backend) (*Model, error) {
	if err := s.Spec.Fits(s.Shape); err != nil {
		return nil, err
	}
	var m *Model
	err := guard("opening "+s.Path, func() (err error) {
		m, err = s.model(backend)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("opening %s: %w", s.Path, err)
	}
	return m, nil
}

func (s *Saved) model(backend compute.Backend) (*Model, error) {
	m := &Model{Spec: s.Spec, Info: s.Info, task: s.task, Classes: s.Classes, Shape: s.Shape, Epoch: s.Epoch, Preparation: s.Preparation, backend: backend, network: s.network, store: model.NewStore()}
	variables := s.Spec.Average.scope()
	if err := s.network.Initialize(m.store.Scope(variables), s.Spec.Seed, dtypes.Float32); err != nil {
		return nil, err
	}
	if err := restore(m.store, s.content); err != nil {
		return nil, err
	}
	var err error
	m.exec, err = model.NewExec(backend, m.store, func(scope *model.Scope, x *graph.Node) *graph.Node {
		return s.task.Predict(infer(scope.At("%s", variables), s.network, x, s.Spec.EvalFlip))
	})
	return m, err
}

// Predict returns what the task predicts for each of n samples that lie one
// after another in x, prepared as the data set's: n rows of the probability of
// each class, of each class for each pixel, of each label, or of the value of
// each target in its own unit. The computation is compiled anew for each new n.
func (m *Model) Predict(x []float32, n int) ([]float32, error) {
	if n < 1 || len(x) != n*sizeOf(m.Shape) {
		return nil, fmt.Errorf("predicting: %d values are not %d samples of shape %v", len(x), n, m.Shape)
	}
	var predicted []float32
	err := guard("predicting", func() error {
		outputs, err := m.exec.Call(tensors.FromFlatDataAndDimensions(x, append([]int{n}, m.Shape...)...))
		if err != nil {
			return err
		}
		if len(outputs) != 1 {
			return errors.New("the graph has no output")
		}
		if predicted, err = tensors.CopyFlatData[float32](outputs[0]); err != nil {
			return err
		}
		if i := slices.IndexFunc(predicted, func(p float32) bool { return p-p != 0 }); i >= 0 {
			return fmt.Errorf("the outputs of sample %d (from 0) are not finite: the weights, or the sample's values, are not sound", i*n/len(predicted))
		}
		return nil
	})
	return predicted, err
}

// Evaluate measures the network on a split, by what is measured on that part of
// the data. Samples are prepared as the data set's (data.Options.Preparation),
// with as many classes or targets. each, unless it is nil, is called after each
// batch with the number of its samples; there are Batches of them. The error
// wraps a *NotFiniteError where an output is not finite.
func (m *Model) Evaluate(ctx context.Context, part measure.Part, split data.Split, each func(samples int)) (*Evaluation, error) {
	if split.Len() == 0 {
		return nil, errors.New("evaluating: the split has no samples")
	}
	var measured Evaluation
	err := guard("evaluating", func() error {
		e, err := newEvaluator(m.backend, m.store, m.Spec.Average.scope(), m.network, m.task, m.Info, m.Spec.EvalFlip, m.batch())
		if err != nil {
			return err
		}
		defer e.close()
		e.workers = m.Spec.Workers
		judged, err := e.judge(ctx, split, each)
		if err == nil {
			measured = Evaluation{split.Len(), measure.Fill(task.Table(m.task), task.Evaluate(m.task, part, judged)), m.task.Primary()}
		}
		return err
	})
	return &measured, err
}

// Batches is the number of batches in which Evaluate takes that many samples.
func (m *Model) Batches(samples int) int { return (samples + m.batch() - 1) / m.batch() }

func (m *Model) batch() int { return evaluationBatch(m.Spec, sizeOf(m.Shape)) }

// Close frees the model's memory.
func (m *Model) Close() {
	m.exec.Finalize()
	m.store.Finalize()
}
