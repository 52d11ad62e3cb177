package train

import (
	"fmt"
	"math"
	"strings"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"github.com/vicinal-ml/vicinal/zoo"
)

// Average is an exponential moving average of the network's variables, running
// statistics included. It begins as the initial variables; update t (from 1),
// after every Every-th step, moves it to
//
//	d average + (1-d) variables
//
// What is evaluated, kept as the best and predicted with is the average.
type Average struct {
	// Decay is the largest d, in (0, 1); 0 is no average. As long as it is
	// smaller, d is (1+t)/(10+t), so that the initial variables are soon
	// forgotten.
	Decay float64 `toml:"decay,omitempty" json:"decay,omitempty"`

	Every int `toml:"every,omitempty" json:"every,omitempty"` // steps; 0 is 1

	// Ramp, where it is not 0, makes d instead the Decay times the share of the
	// run's steps that is done to the power of Ramp.
	Ramp float64 `toml:"ramp,omitempty" json:"ramp,omitempty"`

	// Lookahead sets the network's variables to the average at each update,
	// and training goes on from there (after Zhang et al., "Lookahead
	// Optimizer: k steps forward, 1 step back", 2019). After the last step the
	// network is the average as it was.
	Lookahead bool `toml:"lookahead,omitempty" json:"lookahead,omitempty"`
}

// resolve fills in the defaults and checks every setting.
func (a Average) resolve() (Average, error) {
	switch {
	case !(a.Decay >= 0 && a.Decay < 1):
		return a, fmt.Errorf("average.decay = %v is not in (0, 1), or 0 for no average", a.Decay)
	case a.Decay == 0 && a != Average{}:
		return a, fmt.Errorf("average.every, ramp and lookahead need average.decay")
	case a.Every < 0 || a.Every > maxCount:
		return a, fmt.Errorf("average.every = %d is not from 1 to %d steps", a.Every, maxCount)
	case !(a.Ramp >= 0 && a.Ramp <= 100):
		return a, fmt.Errorf("average.ramp = %v is not in [0, 100]", a.Ramp)
	}
	if a.Every == 0 && a.Decay > 0 {
		a.Every = 1
	}
	return a, nil
}

// DecayAt returns d after a step (from 1, over the whole run) of a run of total
// steps, and false if there is no update after it.
func (a Average) DecayAt(step, total int64) (float64, bool) {
	if a.Decay == 0 {
		return 0, false
	}
	if a.Lookahead && step == total {
		return 1, true
	}
	if step%int64(a.Every) != 0 {
		return 0, false
	}
	if a.Ramp > 0 {
		return a.Decay * math.Pow(float64(step)/float64(total), a.Ramp), true
	}
	t := float64(step / int64(a.Every))
	return min(a.Decay, (1+t)/(10+t)), true
}

const averageScope = "average"

// averagePath returns the path of the average of a variable of the network.
func averagePath(variable string) string {
	return "/" + averageScope + strings.TrimPrefix(variable, "/"+modelScope)
}

// scope returns the scope of the variables that are evaluated.
func (a Average) scope() string {
	if a.Decay == 0 || a.Lookahead {
		return modelScope
	}
	return averageScope
}

// initialize creates the average, equal to the network's variables.
func (a Average) initialize(store *model.Store, network *zoo.Network, seed uint64) error {
	if a.Decay == 0 {
		return nil
	}
	return network.Initialize(store.Scope(averageScope), seed, dtypes.Float32)
}

// averager is the compiled update.
type averager struct{ exec *model.Exec }

func newAverager(backend compute.Backend, store *model.Store, average Average) (*averager, error) {
	exec, err := model.NewExec(backend, store, func(scope *model.Scope, decay *graph.Node) *graph.Node {
		// Otherwise some variables would be constants of the graph.
		scope.SetTraining(decay.Graph(), true)
		for v := range store.Scope(modelScope).IterVariables() {
			mean := store.GetVariable(averagePath(v.Path()))
			keep := graph.ConvertDType(decay, mean.DType())
			old, now := mean.NodeValue(decay), v.NodeValue(decay)
			// In this form a variable that does not move is its average, to the bit.
			moved := graph.Add(old, graph.Mul(graph.Sub(now, old), graph.OneMinus(keep)))
			mean.SetNodeValue(moved)
			if average.Lookahead {
				v.SetNodeValue(moved)
			}
		}
		return decay
	})
	return &averager{exec: exec}, err
}

// update moves the average.
func (a *averager) update(decay float64) error {
	if _, err := a.exec.Call(tensors.FromScalar(float32(decay))); err != nil {
		return fmt.Errorf("averaging the weights: %w", err)
	}
	return nil
}
