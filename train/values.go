package train

import (
	"fmt"
	"slices"

	"github.com/vicinal-ml/vicinal/data"
	"github.com/vicinal-ml/vicinal/mix"
	"github.com/vicinal-ml/vicinal/task"
	"github.com/vicinal-ml/vicinal/zoo"
)

// values stand for what a spec names; nil is what it names.
type values struct {
	task    task.Task
	network *zoo.Network
	method  mix.Method
}

// taskOf returns what a run of the spec learns from the data.
func (v values) taskOf(s Spec, set *data.Set) (task.Task, error) {
	if v.task != nil {
		switch {
		case s.LabelSmoothing != 0:
			return nil, fmt.Errorf("label_smoothing is for tasks by name: the loss of task %s is its own", v.task)
		case s.ClassWeights != "":
			return nil, fmt.Errorf("class_weights is for tasks by name: the loss of task %s is its own", v.task)
		}
		return v.task, nil
	}
	weights, err := s.Weights(set)
	if err != nil {
		return nil, err
	}
	return task.New(s.Task, &set.Info, task.Options{Smoothing: s.LabelSmoothing, ClassWeights: weights})
}

// networkOf returns the network of a run of the spec, for a task.
func (v values) networkOf(s Spec, shape []int, t task.Task) (*zoo.Network, error) {
	output, outputs := t.Outputs()
	network := v.network
	if network == nil {
		var err error
		if network, err = zoo.New(s.Model, shape, outputs); err != nil {
			return nil, err
		}
	}
	if network.Output != output || network.Classes != outputs {
		return nil, fmt.Errorf("model %s computes %s, %d of them: task %s needs %s, %d of them", network.Spec, network.Output, network.Classes, t, output, outputs)
	}
	if !slices.Equal(network.Shape, shape) {
		return nil, fmt.Errorf("model %s takes samples of shape %v, and those of the data are %v", network.Spec, network.Shape, shape)
	}
	return network, nil
}

// methodOf returns the method of a run of the spec.
func (v values) methodOf(s Spec) (mix.Method, error) {
	if v.method != nil {
		return v.method, nil
	}
	return mix.Parse(s.Method, s.Epochs)
}

// Learns returns what a run of the spec learns from the data, and the network
// it trains. It fails where the two, or they and the data, do not fit.
func (s Spec) Learns(set *data.Set) (task.Task, *zoo.Network, error) {
	return values{}.learns(s, set)
}

func (v values) learns(s Spec, set *data.Set) (task.Task, *zoo.Network, error) {
	t, err := v.taskOf(s, set)
	if err != nil {
		return nil, nil, err
	}
	network, err := v.networkOf(s, set.Shape, t)
	return t, network, err
}
