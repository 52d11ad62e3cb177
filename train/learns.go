package train

import "github.com/vicinal-ml/vicinal/data"

// learns is what a checkpoint says of the targets, where they are not the
// classes of samples.
type learns struct {
	Task    data.Task `json:"task"`
	Targets []string  `json:"targets,omitempty"`
	Mean    []float64 `json:"mean,omitempty"` // of the targets, for regression
	Std     []float64 `json:"std,omitempty"`
}

// learnsOf is nil for classes of samples.
func learnsOf(info *data.Info) *learns {
	if info.Task == data.Classification {
		return nil
	}
	return &learns{info.Task, info.Targets, info.TargetMean, info.TargetStd}
}

// info is what of the data set's is known.
func (h *header) info(name string) *data.Info {
	info := &data.Info{Name: name, Shape: h.Shape, Classes: h.Classes}
	if l := h.Learns; l != nil {
		info.Task, info.Targets, info.TargetMean, info.TargetStd = l.Task, l.Targets, l.Mean, l.Std
	}
	return info
}
