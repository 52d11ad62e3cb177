package train

import (
	"math"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/pelletier/go-toml/v2"

	"github.com/vicinal-ml/vicinal/zoo"
)

func TestDefaultSpec(t *testing.T) {
	if err := DefaultSpec().Validate(); err != nil {
		t.Error(err)
	}
}

// TestValidateKnowsEveryClassifier declares each for images of an unlikely size.
func TestValidateKnowsEveryClassifier(t *testing.T) {
	for _, name := range zoo.Trained() {
		spec := DefaultSpec()
		spec.Model = name
		if network, err := zoo.Default(name); err != nil || network.Output != zoo.ClassLogits {
			spec.Data = "own" // of which nothing is known before it is opened
		}
		if err := spec.Validate(); err != nil {
			t.Error(err)
		}
	}
}

func TestValidateRefuses(t *testing.T) {
	tests := []struct {
		want   string
		change func(*Spec)
	}{
		{"data is empty", func(s *Spec) { s.Data = "" }},
		{"epochs = 0", func(s *Spec) { s.Epochs = 0 }},
		{"batch = -1", func(s *Spec) { s.Batch = -1 }},
		{"eval_every = 0", func(s *Spec) { s.EvalEvery = 0 }},
		{"keep = -1", func(s *Spec) { s.Keep = -1 }},
		{"checkpoint_every = 0s", func(s *Spec) { s.CheckpointEvery = 0 }},
		{"seed = ", func(s *Spec) { s.Seed = math.MaxUint64 }},
		{"label_noise = NaN", func(s *Spec) { s.LabelNoise = math.NaN() }},
		{"label_noise = 1.5", func(s *Spec) { s.LabelNoise = 1.5 }},
		{"workers = -1", func(s *Spec) { s.Workers = -1 }},
		{`augmentation "flp": unknown, did you mean "flip"?`, func(s *Spec) { s.Augment = "crop:4,flp" }},
		{`did you mean "cnn"?`, func(s *Spec) { s.Model = "cn" }},
		{`model "unet" computes class logits of every pixel: task classify needs networks that compute class logits`, func(s *Spec) { s.Model = "unet" }},
		{`model "gan-generator:width=3" computes real values`, func(s *Spec) { s.Model = "gan-generator:width=3" }},
		{"it has one logit", func(s *Spec) { s.Model = "gan-discriminator" }},
		{"must be odd", func(s *Spec) { s.Model = "cnn:kernel=2" }},
		{`did you mean "mixup"?`, func(s *Spec) { s.Method = "mixpu" }},
		{`unknown optimizer "sdg", did you mean "sgd"?`, func(s *Spec) { s.Optimizer.Name = "sdg" }},
		{"learning_rate = -1", func(s *Spec) { s.Optimizer.LearningRate = -1 }},
		{"learning_rate = NaN", func(s *Spec) { s.Optimizer.LearningRate = math.NaN() }},
		{"learning_rate = +Inf", func(s *Spec) { s.Optimizer.LearningRate = math.Inf(1) }},
		{"momentum = 1 ", func(s *Spec) { s.Optimizer.Momentum = 1 }},
		{"nesterov needs", func(s *Spec) { s.Optimizer.Momentum, s.Optimizer.Nesterov = 0, true }},
		{"settings of sgd", func(s *Spec) { s.Optimizer.Name, s.Optimizer.Momentum = OptimizerAdam, 0.5 }},
		{"settings of sgd", func(s *Spec) { s.Optimizer.Name, s.Optimizer.Nesterov = OptimizerAdamW, true }},
		{"weight_decay = 2", func(s *Spec) { s.Optimizer.WeightDecay = 2 }},
		{"weight_decay = NaN", func(s *Spec) { s.Optimizer.WeightDecay = math.NaN() }},
		{"warmup_epochs = 100", func(s *Spec) { s.Optimizer.WarmupEpochs = s.Epochs }},
		{"warmup_epochs = -1", func(s *Spec) { s.Optimizer.WarmupEpochs = -1 }},
		{`unknown learning-rate schedule "cosin", did you mean "cosine"?`, func(s *Spec) { s.Optimizer.Schedule = "cosin" }},
		{"settings of schedule step", func(s *Spec) { s.Optimizer.Drops = []int{3} }},
		{"needs drops", func(s *Spec) { s.Optimizer.Schedule = ScheduleStep }},
		{"drops = [3 3]", func(s *Spec) { s.Optimizer.Schedule, s.Optimizer.Drops = ScheduleStep, []int{3, 3} }},
		{"drops = [100]", func(s *Spec) { s.Optimizer.Schedule, s.Optimizer.Drops = ScheduleStep, []int{100} }},
		{"settings of schedule one-cycle", func(s *Spec) { s.Optimizer.PeakAt = 0.5 }},
		{"peak_at = 1 ", func(s *Spec) { s.Optimizer.Schedule, s.Optimizer.PeakAt = ScheduleOneCycle, 1 }},
		{"start_factor = NaN", func(s *Spec) { s.Optimizer.Schedule, s.Optimizer.StartFactor = ScheduleOneCycle, math.NaN() }},
		{"final_factor = -1", func(s *Spec) { s.Optimizer.Schedule, s.Optimizer.FinalFactor = ScheduleOneCycle, -1 }},
		{`unknown anneal "linea", did you mean "linear"?`, func(s *Spec) { s.Optimizer.Schedule, s.Optimizer.Anneal = ScheduleOneCycle, "linea" }},
		{"rises by itself", func(s *Spec) { s.Optimizer.Schedule, s.Optimizer.WarmupEpochs = ScheduleOneCycle, 1 }},
		{"setting of schedule linear", func(s *Spec) { s.Optimizer.Points = []Point{{0, 1}, {1, 0}} }},
		{"needs two or more", func(s *Spec) { s.Optimizer.Schedule = ScheduleLinear }},
		{"needs two or more", func(s *Spec) { s.Optimizer.Schedule, s.Optimizer.Points = ScheduleLinear, []Point{{0.1, 1}, {1, 0}} }},
		{"does not come after", func(s *Spec) {
			s.Optimizer.Schedule, s.Optimizer.Points = ScheduleLinear, []Point{{0, 1}, {0.5, 0}, {0.5, 1}, {1, 0}}
		}},
		{"the factor of [1 NaN]", func(s *Spec) {
			s.Optimizer.Schedule, s.Optimizer.Points = ScheduleLinear, []Point{{0, 1}, {1, math.NaN()}}
		}},
		{`unknown precision "f16", did you mean "bf16"?`, func(s *Spec) { s.Precision = "f16" }},
		{"label_smoothing = 1 ", func(s *Spec) { s.LabelSmoothing = 1 }},
		{"label_smoothing = NaN", func(s *Spec) { s.LabelSmoothing = math.NaN() }},
		{"norm_bias_factor = -1", func(s *Spec) { s.Optimizer.NormBiasFactor = -1 }},
		{"clip_norm = NaN", func(s *Spec) { s.Optimizer.ClipNorm = math.NaN() }},
		{"average.decay = 1 ", func(s *Spec) { s.Average.Decay = 1 }},
		{"need average.decay", func(s *Spec) { s.Average.Lookahead = true }},
		{"average.every = -1", func(s *Spec) { s.Average = Average{Decay: 0.9, Every: -1} }},
		{"average.ramp = NaN", func(s *Spec) { s.Average = Average{Decay: 0.9, Ramp: math.NaN()} }},
		{"drop_factor = 1 ", func(s *Spec) {
			s.Optimizer.Schedule, s.Optimizer.Drops, s.Optimizer.DropFactor = ScheduleStep, []int{1}, 1
		}},
	}
	for _, test := range tests {
		spec := DefaultSpec()
		test.change(&spec)
		if err := spec.Validate(); err == nil || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%v, want an error with %q", err, test.want)
		}
	}
}

func TestHash(t *testing.T) {
	base := DefaultSpec()
	same := map[string]func(*Spec){
		"data folder":            func(s *Spec) { s.DataDir = "/elsewhere" },
		"workers":                func(s *Spec) { s.Workers = 3 },
		"no augmentation":        func(s *Spec) { s.Augment = "none" },
		"augmentation not said":  func(s *Spec) { s.Augment = "" },
		"checkpoints kept":       func(s *Spec) { s.Keep = 5 },
		"checkpoints":            func(s *Spec) { s.CheckpointEvery = Duration(time.Hour) },
		"model, written out":     func(s *Spec) { s.Model = "cnn:kernel=3" },
		"precision, written":     func(s *Spec) { s.Precision = PrecisionFloat32 },
		"learning rate, written": func(s *Spec) { s.Optimizer.LearningRate = 0.05 },
		"norm biases as others":  func(s *Spec) { s.Optimizer.NormBiasFactor = 1 },
	}
	for name, change := range same {
		spec := base
		change(&spec)
		if spec.Hash() != base.Hash() {
			t.Errorf("%s changed the hash", name)
		}
		if d := base.Difference(spec); d != "" {
			t.Errorf("%s is a difference: %s", name, d)
		}
	}
	other := map[string]func(*Spec){
		"data":          func(s *Spec) { s.Data = "iris" },
		"train size":    func(s *Spec) { s.TrainSize = 20 },
		"validation":    func(s *Spec) { s.Validation = 7 },
		"noise":         func(s *Spec) { s.LabelNoise = 0.1 },
		"classes":       func(s *Spec) { s.Classes = []string{"1", "7"} },
		"augmentation":  func(s *Spec) { s.Augment = "crop:1" },
		"model":         func(s *Spec) { s.Model = "mlp" },
		"method":        func(s *Spec) { s.Method = "mixup:1" },
		"seed":          func(s *Spec) { s.Seed = 9 },
		"epochs":        func(s *Spec) { s.Epochs = 9 },
		"batch":         func(s *Spec) { s.Batch = 9 },
		"optimizer":     func(s *Spec) { s.Optimizer.Name = OptimizerAdam },
		"learning rate": func(s *Spec) { s.Optimizer.LearningRate = 0.01 },
		"momentum":      func(s *Spec) { s.Optimizer.Momentum = 0 },
		"decay":         func(s *Spec) { s.Optimizer.WeightDecay = 0 },
		"schedule":      func(s *Spec) { s.Optimizer.Schedule = ScheduleConstant },
		"warm-up":       func(s *Spec) { s.Optimizer.WarmupEpochs = 1 },
		"clipping":      func(s *Spec) { s.Optimizer.ClipNorm = 1 },
		"kernels only":  func(s *Spec) { s.Optimizer.DecayKernelsOnly = true },
		"norm biases":   func(s *Spec) { s.Optimizer.NormBiasFactor = 64 },
		"one-cycle":     func(s *Spec) { s.Optimizer.Schedule = ScheduleOneCycle },
		"peak":          func(s *Spec) { s.Optimizer.Schedule, s.Optimizer.PeakAt = ScheduleOneCycle, 0.5 },
		"linear": func(s *Spec) {
			s.Optimizer.Schedule, s.Optimizer.Points = ScheduleLinear, []Point{{0, 1}, {1, 0}}
		},
		"smoothing":   func(s *Spec) { s.LabelSmoothing = 0.1 },
		"average":     func(s *Spec) { s.Average.Decay = 0.9 },
		"lookahead":   func(s *Spec) { s.Average = Average{Decay: 0.9, Lookahead: true} },
		"evaluations": func(s *Spec) { s.EvalEvery = 9 },
	}
	seen := map[string]string{base.Hash(): "the default"}
	for name, change := range other {
		spec := base
		change(&spec)
		if before, ok := seen[spec.Hash()]; ok {
			t.Errorf("%s has the hash of %s", name, before)
		}
		seen[spec.Hash()] = name
		if d := base.Difference(spec); !strings.Contains(d, " there, ") {
			t.Errorf("%s: the difference is not found: %q", name, d)
		}
	}
	broken := base
	broken.Epochs = -1
	if broken.Hash() == base.Hash() {
		t.Error("a spec that does not resolve has the hash of the default")
	}
	if len(base.Hash()) != 16 {
		t.Errorf("hash %q", base.Hash())
	}
}

func TestSpecText(t *testing.T) {
	spec := DefaultSpec()
	spec.Optimizer = Optimizer{Name: OptimizerSGD, LearningRate: 0.1, Momentum: 0.9, Nesterov: true, Schedule: ScheduleStep, Drops: []int{3, 5}, DropFactor: 0.2, WarmupEpochs: 2}
	spec.CheckpointEvery = Duration(90 * time.Second)
	spec.Optimizer.Points = []Point{{0, 0.2}, {0.23, 1}, {1, 0.07}}
	spec.Average, spec.LabelSmoothing = Average{Decay: 0.999, Every: 5, Ramp: 3, Lookahead: true}, 0.2
	spec.DataDir, spec.LabelNoise, spec.Seed = "/data", 0.25, math.MaxInt64
	text, err := spec.encode()
	if err != nil {
		t.Fatal(err)
	}
	read, err := decodeSpec(text)
	if err != nil || !reflect.DeepEqual(read, spec) {
		t.Errorf("read back %+v, %v; want %+v", read, err, spec)
	}
	if !strings.Contains(string(text), "checkpoint_every = '1m30s'") {
		t.Errorf("the duration is not text:\n%s", text)
	}
	// What is off is not in the file: specs of the past keep their hash.
	if text, err := DefaultSpec().encode(); err != nil || strings.Contains(string(text), "average") {
		t.Errorf("%v:\n%s", err, text)
	}
	for _, bad := range []string{"colour = 3", "seed = -1", "epochs = 'x'", "checkpoint_every = 'soon'", "seed ="} {
		if _, err := decodeSpec([]byte(bad)); err == nil {
			t.Errorf("%s was read", bad)
		}
	}
	var partial Spec
	if err := toml.Unmarshal([]byte("checkpoint_every = '5m'"), &partial); err != nil || partial.CheckpointEvery != Duration(5*time.Minute) {
		t.Errorf("%v, %v", partial.CheckpointEvery, err)
	}
}
