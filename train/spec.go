package train

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math"
	"time"

	"github.com/pelletier/go-toml/v2"

	"github.com/vicinal-ml/vicinal/data"
	"github.com/vicinal-ml/vicinal/data/augment"
	"github.com/vicinal-ml/vicinal/internal/stricttoml"
	"github.com/vicinal-ml/vicinal/task"
	"github.com/vicinal-ml/vicinal/train/internal/rundir"
	"github.com/vicinal-ml/vicinal/zoo"
)

// Spec is all that decides a run's outcome, and where its data lies.
type Spec struct {
	Data       string   `toml:"data" json:"data"`                                   // name for data.Open
	TrainSize  int      `toml:"train_size" json:"train_size"`                       // training samples of each class, or in all where samples have none; 0 is the set's default, negative is all
	Validation int      `toml:"validation" json:"validation"`                       // validation samples; 0 is the set's default, negative is none
	LabelNoise float64  `toml:"label_noise,omitempty" json:"label_noise,omitempty"` // share of training labels replaced, in [0, 1]
	Classes    []string `toml:"classes,omitempty" json:"classes,omitempty"`         // the only classes used, by name or number; nil is all
	DataDir    string   `toml:"data_dir,omitempty" json:"data_dir,omitempty"`       // folder of the set's files; no part of the run's identity

	// SkipBroken leaves broken files out of all parts, see data.Options.
	SkipBroken bool `toml:"skip_broken,omitempty" json:"skip_broken,omitempty"`

	// Augment is the augmentation of training samples, for data.Augmentation:
	// "default", "none" or a list of operations. "" is none.
	Augment string `toml:"augment,omitempty" json:"augment,omitempty"`

	// Workers is the number of goroutines that read samples ahead of the
	// steps; 0 is one for data in memory, and one a core for files that are
	// decoded. It changes no result and is no part of the run's identity.
	Workers int `toml:"workers,omitempty" json:"workers,omitempty"`

	// Task is what is learned, a spec for task.New; "" follows from the data.
	Task string `toml:"task,omitempty" json:"task,omitempty"`

	Model  string `toml:"model" json:"model"`   // spec for zoo.New
	Method string `toml:"method" json:"method"` // spec for mix.Parse
	Seed   uint64 `toml:"seed" json:"seed"`     // at most 2^63-1

	// Init is a safetensors file with the weights to begin with (package
	// weights), "" for random ones. NewHead begins the last layer at random all
	// the same, for other classes than the file was trained on.
	Init    string `toml:"init,omitempty" json:"init,omitempty"`
	NewHead bool   `toml:"new_head,omitempty" json:"new_head,omitempty"`

	Epochs int `toml:"epochs" json:"epochs"`
	Batch  int `toml:"batch" json:"batch"` // samples a step

	// DropLast leaves out the last batch of an epoch where it is smaller than
	// the others. Which samples those are differs from epoch to epoch.
	DropLast bool `toml:"drop_last,omitempty" json:"drop_last,omitempty"`

	Optimizer Optimizer `toml:"optimizer" json:"optimizer"`
	Average   Average   `toml:"average,omitempty" json:"average,omitzero"` // of the weights

	Freeze []Freeze `toml:"freeze,omitempty" json:"freeze,omitempty"` // parameters that are not trained to the end

	// EvalFlip evaluates, and predicts, with the mean of the logits of a sample
	// and of its mirror image, left for right. Samples must be images.
	EvalFlip bool `toml:"eval_flip,omitempty" json:"eval_flip,omitempty"`

	// LabelSmoothing is the share, in [0, 1), of every training target that is
	// spread over all classes alike. Training losses include it; losses of
	// evaluations do not.
	LabelSmoothing float64 `toml:"label_smoothing,omitempty" json:"label_smoothing,omitempty"`

	// ClassWeights weigh the classes w_c in the training loss: "" all alike,
	// [ClassWeightsBalanced], or a number for each class with commas between.
	// The loss of a batch of targets q_ic and predictions p_ic is
	//
	//	sum_i sum_c -w_c q'_ic log p_ic  /  sum_i sum_c w_c q_ic
	//
	// where q' is q after smoothing. So the weight of a mixed target is its
	// mixture of the classes' weights, and for plain labels it is PyTorch's
	// CrossEntropyLoss(weight=w, label_smoothing=e). Training losses include it;
	// evaluations do not.
	ClassWeights string `toml:"class_weights,omitempty" json:"class_weights,omitempty"`

	// Precision is how a step is computed: PrecisionFloat32, or PrecisionMixed;
	// "" is the first. The backend must be able to.
	Precision string `toml:"precision,omitempty" json:"precision,omitempty"`

	// EvalEvery is the number of epochs between evaluations; the last epoch
	// is always evaluated.
	EvalEvery int `toml:"eval_every" json:"eval_every"`

	// StopAfter ends the run early, after so many evaluations in a row without a
	// smaller validation error than the best before (then a smaller validation
	// loss); 0 is never. The data must have a validation part. All that is
	// measured after the last epoch is measured after that one, with its
	// weights; those of the best epoch are kept beside them, as in every run.
	// Schedules, and the last step of an average with lookahead, stay where a
	// run of all Epochs has them.
	StopAfter int `toml:"stop_after,omitempty" json:"stop_after,omitempty"`

	// CheckpointEvery is the longest time between checkpoints inside an
	// epoch. The end of an epoch is a checkpoint too, but not within a second
	// of the last. It is no part of the run's identity.
	CheckpointEvery Duration `toml:"checkpoint_every" json:"checkpoint_every"`

	// Keep is how many checkpoints are kept beside the last and the best one:
	// those that were the last ones before. 0 is 1. It is no part of the run's
	// identity.
	Keep int `toml:"keep,omitempty" json:"keep,omitempty"`
}

// DefaultSpec returns the settings of a run where nothing else is said.
func DefaultSpec() Spec {
	return Spec{
		Data: "digits", Augment: data.AugmentDefault, Model: "cnn", Method: "erm", Seed: 1,
		Epochs: 100, Batch: 20, EvalEvery: 5,
		Optimizer:       Optimizer{Name: "sgd", Momentum: defaultMomentum, WeightDecay: 1e-4, Schedule: ScheduleCosine},
		CheckpointEvery: Duration(30 * time.Second),
	}
}

// DataOptions returns the options to open the spec's data with.
func (s Spec) DataOptions() data.Options {
	asked := ""
	if s.Task != "" {
		if learns, _, err := task.Learns(s.Task); err == nil {
			asked = learns.String()
		}
	}
	return data.Options{Task: asked, Dir: s.DataDir, Classes: s.Classes, TrainPerClass: s.TrainSize, Validation: s.Validation, Seed: s.Seed, LabelNoise: s.LabelNoise, SkipBroken: s.SkipBroken}
}

// Validate reports the first setting outside its domain, if any.
func (s Spec) Validate() error {
	_, err := s.Resolve()
	return err
}

// Resolve returns the spec with its model and method in canonical form and its
// defaults filled in: what spec.toml holds. It fails where Validate does.
func (s Spec) Resolve() (Spec, error) { return s.resolve(values{}) }

func (s Spec) resolve(own values) (Spec, error) {
	switch {
	case s.Data == "":
		return s, fmt.Errorf("data is empty: name a data set, such as digits")
	case s.Epochs < 1 || s.Epochs > maxCount:
		return s, fmt.Errorf("epochs = %d is not from 1 to %d", s.Epochs, maxCount)
	case s.Batch < 1 || s.Batch > maxCount:
		return s, fmt.Errorf("batch = %d is not from 1 to %d", s.Batch, maxCount)
	case s.EvalEvery < 1:
		return s, fmt.Errorf("eval_every = %d: evaluations are at least 1 epoch apart", s.EvalEvery)
	case s.StopAfter < 0 || s.StopAfter > maxCount:
		return s, fmt.Errorf("stop_after = %d is not from 1 to %d evaluations, or 0 to train to the end", s.StopAfter, maxCount)
	case s.CheckpointEvery <= 0:
		return s, fmt.Errorf("checkpoint_every = %s: the time between checkpoints is positive", s.CheckpointEvery)
	case s.Keep < 0 || s.Keep > rundir.MaxKept:
		return s, fmt.Errorf("keep = %d is not from 0 to %d checkpoints", s.Keep, rundir.MaxKept)
	case s.Seed > math.MaxInt64:
		return s, fmt.Errorf("seed = %d is larger than %d", s.Seed, math.MaxInt64)
	case s.Workers < 0 || s.Workers > maxWorkers:
		return s, fmt.Errorf("workers = %d is not from 0 to %d", s.Workers, maxWorkers)
	case math.IsNaN(s.LabelNoise) || s.LabelNoise < 0 || s.LabelNoise > 1:
		return s, fmt.Errorf("label_noise = %v is not a share in [0, 1]", s.LabelNoise)
	case s.NewHead && s.Init == "":
		return s, fmt.Errorf("new_head needs init: without weights to begin with, every layer is new")
	case !(s.LabelSmoothing >= 0 && s.LabelSmoothing < 1):
		return s, fmt.Errorf("label_smoothing = %v is not a share in [0, 1)", s.LabelSmoothing)
	}
	// A set that only the caller knows has no usual augmentation.
	info, _, err := data.Describe(s.Data)
	known := err == nil && len(info.Shape) > 0 // what depends on files is not
	augmentation, err := data.Augmentation(&info, s.Augment)
	if err != nil {
		return s, err
	}
	s.Augment = augmentation
	if s.ClassWeights, err = resolveClassWeights(s.ClassWeights); err != nil {
		return s, err
	}
	if s.Precision, err = resolvePrecision(s.Precision); err != nil {
		return s, err
	}
	network := own.network
	if network == nil {
		// Any shape a network could want: what does not fit the data shows later.
		if network, err = zoo.New(s.Model, []int{1 << 10, 1 << 10, 3}, 2); err != nil {
			return s, err
		}
	}
	if s.Task, err = s.resolveTask(own, &info, known, network); err != nil {
		return s, err
	}
	s.Model = network.Spec
	for _, freeze := range s.Freeze {
		if err := freeze.check(network); err != nil {
			return s, err
		}
	}
	method, err := own.methodOf(s)
	if err != nil {
		return s, err
	}
	s.Method = method.String()
	if s.Optimizer, err = s.Optimizer.resolve(s.Epochs); err != nil {
		return s, err
	}
	s.Average, err = s.Average.resolve()
	return s, err
}

// resolveTask returns the canonical spec of the task, "" for the one that
// follows from the data, and refuses what is known not to fit: the network, or
// the data where that is known before it is opened.
func (s Spec) resolveTask(own values, info *data.Info, known bool, network *zoo.Network) (string, error) {
	var name string
	var needs zoo.Output
	switch {
	case own.task != nil:
		name = own.task.String()
		needs, _ = own.task.Outputs()
	case s.Task != "":
		learns, output, err := task.Learns(s.Task)
		if err != nil {
			return s.Task, err
		}
		name, needs = s.Task, output
		if known && learns == info.Task && name == task.Of(learns) {
			name = "" // as where nothing is said
		}
	case known:
		var err error
		if _, needs, err = task.Learns(task.Of(info.Task)); err != nil {
			return s.Task, err
		}
	default:
		return s.Task, nil
	}
	if network.Output != needs {
		told := name
		if told == "" {
			told = task.Of(info.Task)
		}
		return name, fmt.Errorf("model %q computes %s: task %s needs networks that compute %s", s.Model, network.Output, told, needs)
	}
	return name, nil
}

// maxWorkers bounds goroutines that each hold a decoded image.
const maxWorkers = 1 << 10

// maxCount keeps products of counts inside an int64.
const maxCount = 1 << 30

// kept is the number of checkpoints beside the last and the best one.
func (s Spec) kept() int { return max(s.Keep, 1) }

// identity returns what decides the run's outcome: the resolved spec, or one
// that does not resolve as it is, without where its data lies, how many workers
// read it, how often it is saved and how many saves are kept.
func (s Spec) identity() Spec {
	if resolved, err := s.Resolve(); err == nil {
		s = resolved
	}
	s.DataDir, s.Workers, s.CheckpointEvery, s.Keep = "", 0, 0, 0
	if s.Augment == augment.None {
		s.Augment = "" // as where nothing is said
	}
	return s
}

// Hash identifies the run: specs with equal hashes give equal results from
// equal data. It is 16 hexadecimal digits of the SHA-256 of the run's identity,
// which is the resolved spec without DataDir, Workers, CheckpointEvery and Keep.
func (s Spec) Hash() string {
	text, err := toml.Marshal(s.identity())
	if err != nil {
		panic(fmt.Errorf("writing a spec as TOML: %w", err)) // every field can be written
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:8])
}

// encode returns the text of spec.toml.
func (s Spec) encode() ([]byte, error) {
	text, err := toml.Marshal(s)
	if err != nil {
		return nil, fmt.Errorf("writing the spec as TOML: %w", err)
	}
	return text, nil
}

// decodeSpec reads the text of spec.toml. Unknown keys are errors.
func decodeSpec(text []byte) (Spec, error) {
	var s Spec
	if len(text) > maxSpecBytes {
		return s, fmt.Errorf("a spec of %d bytes: at most %d are read", len(text), maxSpecBytes)
	}
	if err := stricttoml.Decode(rundir.SpecFile, text, &s); err != nil {
		return Spec{}, err
	}
	return s, nil
}
