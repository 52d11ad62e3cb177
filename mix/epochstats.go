package mix

import (
	"encoding/json"
	"math"
)

// EpochStats is what the training saw in one finished epoch.
type EpochStats struct {
	Epoch    int
	Phase    Phase   // of the epoch's first batch
	Loss     float64 // mean training loss of the batches as they were trained on
	Accuracy float64 // fraction in [0, 1] of the same batches; NaN when there is none
}

// epochStatsJSON can hold that there is no accuracy.
type epochStatsJSON struct {
	Epoch    int
	Phase    Phase
	Loss     float64
	Accuracy *float64
}

// MarshalJSON writes null for an accuracy that is NaN.
func (e EpochStats) MarshalJSON() ([]byte, error) {
	written := epochStatsJSON{e.Epoch, e.Phase, e.Loss, &e.Accuracy}
	if math.IsNaN(e.Accuracy) {
		written.Accuracy = nil
	}
	return json.Marshal(written)
}

// UnmarshalJSON reads what MarshalJSON writes.
func (e *EpochStats) UnmarshalJSON(text []byte) error {
	var read epochStatsJSON
	if err := json.Unmarshal(text, &read); err != nil {
		return err
	}
	*e = EpochStats{read.Epoch, read.Phase, read.Loss, math.NaN()}
	if read.Accuracy != nil {
		e.Accuracy = *read.Accuracy
	}
	return nil
}
