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
	"github.com/vicinal-ml/vicinal/internal/wholefile"
	"github.com/vicinal-ml/vicinal/mix"
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
	// class, so it is low even for a network that makes no error.
	Loss      *float64 `json:"loss,omitempty"`
	LossMixed *float64 `json:"loss_mixed,omitempty"`
	LossClean *float64 `json:"loss_clean,omitempty"`
	AccMixed  *float64 `json:"acc_mixed,omitempty"`
	AccClean  *float64 `json:"acc_clean,omitempty"`

	// In inference mode, on unmixed samples, without label smoothing; errors in
	// percent. A top-5 error is there for more than five classes. An ECE is the
	// expected calibration error in percent (Guo et al., "On Calibration of
	// Modern Neural Networks", 2017, equation 3, with 15 bins): the mean
	// distance of confidence and accuracy.
	ValLoss       *float64 `json:"val_loss,omitempty"`
	ValError      *float64 `json:"val_error,omitempty"`
	ValTop5Error  *float64 `json:"val_top5_error,omitempty"`
	ValECE        *float64 `json:"val_ece,omitempty"`
	TestLoss      *float64 `json:"test_loss,omitempty"`
	TestError     *float64 `json:"test_error,omitempty"`
	TestTop5Error *float64 `json:"test_top5_error,omitempty"`
	TestECE       *float64 `json:"test_ece,omitempty"`

	// The training split is evaluated after the last epoch only. Where label
	// noise has replaced labels, its error is told apart for the samples whose
	// labels are the true ones and for those whose are not: of the latter, it
	// is low where the network has learnt the wrong labels by heart.
	TrainLoss           *float64 `json:"train_loss,omitempty"`
	TrainError          *float64 `json:"train_error,omitempty"`
	TrainErrorReal      *float64 `json:"train_error_real,omitempty"`
	TrainErrorCorrupted *float64 `json:"train_error_corrupted,omitempty"`

	// Diverged ends the metrics; Data then says which data the run had, without
	// the times of files.
	Diverged bool              `json:"diverged,omitempty"`
	Data     *data.Fingerprint `json:"data,omitempty"`
}

// evaluated reports whether it was the epoch's turn to be evaluated.
func (m *Metric) evaluated() bool {
	return m.ValError != nil || m.TestError != nil || m.TrainError != nil
}

// Bounds of the files of a run folder: a line of metrics.jsonl has some 500 bytes.
const (
	maxSpecBytes    = 1 << 20
	maxResultBytes  = 1 << 24
	maxMetricsBytes = 1 << 28
	maxMetrics      = 1 << 20
)

// ReadMetrics returns the lines of metrics.jsonl in a run folder. A last line
// that is still being written is left out. So is, of a run without a result,
// what follows the first line that is none: after a loss of power that was not
// on the disk yet, and the run makes it again.
func ReadMetrics(dir string) ([]Metric, error) {
	path := filepath.Join(dir, metricsFile)
	text, err := wholefile.Read(path, maxMetricsBytes)
	if err != nil {
		return nil, fmt.Errorf("reading metrics: %w", err)
	}
	var all []Metric
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
		if err := json.Unmarshal(line, &m); err != nil {
			if _, missing := os.Lstat(filepath.Join(dir, resultFile)); errors.Is(missing, fs.ErrNotExist) {
				return all, nil
			}
			return nil, fmt.Errorf("%s, line %d: %w", path, number, err)
		}
		all = append(all, m)
	}
}
