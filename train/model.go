package train

import (
	"errors"
	"fmt"
	"path/filepath"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"github.com/vicinal-ml/vicinal/zoo"
)

// Which names a checkpoint of a run.
type Which string

const (
	Last Which = lastFile // the last saved state
	Best Which = bestFile // the epoch with the best validation error
)

// Model is the network of a run, to predict with. It may be used by one
// goroutine at a time.
type Model struct {
	Spec    Spec
	Classes []string
	Shape   []int // of one sample
	Epoch   int   // finished epochs of the checkpoint

	network *zoo.Network
	store   *model.Store
	exec    *model.Exec
}

// Open reads the network of a run folder. The caller closes it.
func Open(backend compute.Backend, dir string, which Which) (*Model, error) {
	path := filepath.Join(dir, string(which))
	c, err := readCheckpoint(path)
	if err != nil {
		return nil, err
	}
	var m *Model
	err = guard("opening "+path, func() error {
		m, err = c.model(backend)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("opening %s: %w", path, err)
	}
	return m, nil
}

func (c *checkpoint) model(backend compute.Backend) (*Model, error) {
	spec, err := decodeSpec([]byte(c.Spec))
	if err != nil {
		return nil, err
	}
	network, err := zoo.New(spec.Model, c.Shape, len(c.Classes))
	if err != nil {
		return nil, err
	}
	m := &Model{Spec: spec, Classes: c.Classes, Shape: c.Shape, Epoch: c.State.Epoch, network: network, store: model.NewStore()}
	variables := spec.Average.scope()
	if err := network.Initialize(m.store.Scope(variables), spec.Seed, dtypes.Float32); err != nil {
		return nil, err
	}
	if err := restore(m.store, c); err != nil {
		return nil, err
	}
	m.exec, err = model.NewExec(backend, m.store, func(scope *model.Scope, x *graph.Node) *graph.Node {
		return graph.Softmax(infer(scope.At("%s", variables), network, x))
	})
	return m, err
}

// Predict returns the probability of each class for each of n samples that lie
// one after another in x, normalised as the data set's: n rows of
// len(Classes) values. The computation is compiled anew for each new n.
func (m *Model) Predict(x []float32, n int) ([]float32, error) {
	if n < 1 || len(x) != n*sizeOf(m.Shape) {
		return nil, fmt.Errorf("predicting: %d values are not %d samples of shape %v", len(x), n, m.Shape)
	}
	var probabilities []float32
	err := guard("predicting", func() error {
		outputs, err := m.exec.Call(tensors.FromFlatDataAndDimensions(x, append([]int{n}, m.Shape...)...))
		if err != nil {
			return err
		}
		if len(outputs) != 1 {
			return errors.New("the graph has no output")
		}
		probabilities, err = tensors.CopyFlatData[float32](outputs[0])
		return err
	})
	return probabilities, err
}

// Close frees the model's memory.
func (m *Model) Close() {
	m.exec.Finalize()
	m.store.Finalize()
}
