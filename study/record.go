package study

import (
	"github.com/vicinal-ml/vicinal/measure"
	"github.com/vicinal-ml/vicinal/train"
)

// RunRecord is one run of the study: one method with one seed.
type RunRecord struct {
	Method string `json:"method"` // canonical spec
	Seed   uint64 `json:"seed"`
	Status Status `json:"status"`
	Dir    string `json:"dir"` // relative to the study's folder

	// The rest is zero unless Status is Finished.
	Values  measure.Values `json:"values"` // what was measured after the last epoch, by keys
	Epochs  int            `json:"epochs"` // trained for: those of the spec, unless StopAfter ended the run
	Steps   int64          `json:"steps"`
	Seconds float64        `json:"seconds"` // training and evaluation, resumed parts added up
	FLOPs   float64        `json:"flops"`   // of training, see [TrainingFLOPs]

	// Origin is what the run was made from, also of one that has not finished;
	// nil where nothing is known.
	Origin *train.Origin `json:"origin,omitempty"`

	Note string `json:"note,omitempty"` // where it diverged, or what it failed with
}

// TrainingFLOPs returns the floating-point operations of training on that many
// samples with a network whose forward pass costs forward each: three times as
// many, since the backward pass computes the gradients of inputs and weights.
func TrainingFLOPs(forward float64, samples int64) float64 { return 3 * forward * float64(samples) }

// finish records a result.
func (r *RunRecord) finish(result *train.Result) {
	r.Status = Finished
	origin := result.Origin()
	r.Origin = &origin
	r.Values = result.Measures.Values()
	r.Epochs = result.Epochs()
	r.Steps, r.Seconds = result.Steps, result.Seconds
	seen := result.Seen
	if seen == 0 {
		seen = int64(result.TrainSamples) * int64(result.Epochs())
	}
	r.FLOPs = TrainingFLOPs(result.FLOPs, seen)
}
