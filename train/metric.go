package train

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/vicinal-ml/vicinal/data"
	"github.com/vicinal-ml/vicinal/internal/jsonfile"
	"github.com/vicinal-ml/vicinal/internal/jsonobject"
	"github.com/vicinal-ml/vicinal/internal/wholefile"
	"github.com/vicinal-ml/vicinal/measure"
	"github.com/vicinal-ml/vicinal/mix"
	"github.com/vicinal-ml/vicinal/train/internal/rundir"
)

// Metric is one line of metrics.jsonl: an epoch, or the step at which training
// diverged. Nil is what was not measured.
type Metric struct {
	Epoch int       `json:"epoch"` // from 1
	Step  int64     `json:"step"`  // steps of the whole run so far
	Phase mix.Phase `json:"phase"` // of the epoch's first batch

	LearningRate float64 `json:"lr"`    // of the epoch's last step
	Mixed        float64 `json:"mixed"` // share in [0, 1] of the samples that were in mixed batches

	// As trained on. Loss is the mean of all samples. Accuracies are shares
	// in [0, 1]; that of a mixed sample is the target weight of the predicted
	// class, so it is low even for a network that makes no error. A task without
	// right and wrong has none.
	Loss      *float64 `json:"loss,omitempty"`
	LossMixed *float64 `json:"loss_mixed,omitempty"`
	LossClean *float64 `json:"loss_clean,omitempty"`
	AccMixed  *float64 `json:"acc_mixed,omitempty"`
	AccClean  *float64 `json:"acc_clean,omitempty"`

	// Values are what the task measures, in inference mode, on unmixed samples,
	// without label smoothing, by their keys: "val_loss", "test_error". The
	// training part is evaluated after the last epoch only.
	Values measure.Values `json:"-"`

	// Diverged ends the metrics; Data then says which data the run had, without
	// the times of files.
	Diverged bool              `json:"diverged,omitempty"`
	Data     *data.Fingerprint `json:"data,omitempty"`
}

// evaluated reports whether it was the epoch's turn to be evaluated.
func (m *Metric) evaluated() bool { return len(m.Values) > 0 }

// Of returns a value that was measured, or Loss and the like by their names in
// metrics.jsonl; NaN where it was not.
func (m *Metric) Of(key string) float64 {
	switch key {
	case "loss":
		return orNaN(m.Loss)
	case "loss_mixed":
		return orNaN(m.LossMixed)
	case "loss_clean":
		return orNaN(m.LossClean)
	case "acc_mixed":
		return orNaN(m.AccMixed)
	case "acc_clean":
		return orNaN(m.AccClean)
	}
	return m.Values.Of(key)
}

// metricFields has no methods, so that encoding it does not recurse.
type metricFields Metric

// MarshalJSON writes the values beside the other fields, before how it ended.
func (m Metric) MarshalJSON() ([]byte, error) {
	fields := metricFields(m)
	fields.Diverged, fields.Data = false, nil
	text, err := json.Marshal(fields)
	if err != nil {
		return nil, err
	}
	values, err := json.Marshal(m.Values)
	if err != nil {
		return nil, err
	}
	end, err := json.Marshal(struct {
		Diverged bool              `json:"diverged,omitempty"`
		Data     *data.Fingerprint `json:"data,omitempty"`
	}{m.Diverged, m.Data})
	if err != nil {
		return nil, err
	}
	return jsonobject.Join(text, values, end), nil
}

// UnmarshalJSON reads what MarshalJSON writes.
func (m *Metric) UnmarshalJSON(text []byte) error {
	if err := json.Unmarshal(text, (*metricFields)(m)); err != nil {
		return err
	}
	return json.Unmarshal(text, &m.Values)
}

// Bounds of the files of a run folder: a line of metrics.jsonl has some 500 bytes.
const (
	maxSpecBytes    = 1 << 20
	maxResultBytes  = 1 << 24
	maxMetricsBytes = 1 << 28
	maxObjects      = 1 << 18 // of a result, which may list files, and of a line
)

// Bounds of what metrics.jsonl holds in all: lines, and measured values.
var (
	maxMetrics  = 1 << 20
	maxMeasured = 1 << 23
)

// ReadMetrics returns the lines of metrics.jsonl in a run folder. A last line
// that is still being written is left out. So is, of a run without a result,
// what follows the first line that is none: after a loss of power that was not
// on the disk yet, and the run makes it again.
func ReadMetrics(dir string) ([]Metric, error) {
	path := filepath.Join(dir, rundir.MetricsFile)
	text, err := wholefile.Read(path, maxMetricsBytes)
	if err != nil {
		return nil, fmt.Errorf("reading metrics: %w", err)
	}
	var all []Metric
	measured := 0
	for number := 1; ; number++ {
		line, rest, ended := bytes.Cut(text, []byte("\n"))
		if !ended {
			return all, nil
		}
		text = rest
		if number > maxMetrics {
			return nil, fmt.Errorf("%s: more than %d lines", path, maxMetrics)
		}
		var m Metric
		if err := jsonfile.Decode(line, maxObjects, &m); err != nil {
			if _, missing := os.Lstat(filepath.Join(dir, rundir.ResultFile)); errors.Is(missing, fs.ErrNotExist) {
				return all, nil
			}
			return nil, fmt.Errorf("%s, line %d: %w", path, number, err)
		}
		if measured += len(m.Values); measured > maxMeasured {
			return nil, fmt.Errorf("%s: more than %d values", path, maxMeasured)
		}
		all = append(all, m)
	}
}
