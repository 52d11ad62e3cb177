package report

import (
	"bytes"
	"encoding/csv"
	"slices"
	"strconv"
	"testing"

	"github.com/vicinal-ml/vicinal/measure"
	"github.com/vicinal-ml/vicinal/study"
)

// TestMeasureCells has a measure that only some runs have, and one that none has.
func TestMeasureCells(t *testing.T) {
	train := measure.Measure{Name: "error", Title: "%s error", Unit: "%", Better: measure.Lower, Part: measure.Train}
	ece := measure.Measure{Name: "ece", Title: "%s calibration error", Unit: "%", Better: measure.Lower, Part: measure.Test}
	loss := measure.Measure{Name: "loss", Title: "%s loss", Unit: "nats", Better: measure.Lower, Part: measure.Test}
	res := &study.Results{Compared: testError, Measures: []measure.Measure{loss, testError, ece, train}, Rows: []study.Row{{Method: "erm"}, {Method: "mixup:1"}}, Runs: []study.RunRecord{
		{Method: "erm", Status: study.Finished, Values: measure.Values{{Key: "test_ece", Value: 4}, {Key: "train_error", Value: 1}}},
		{Method: "erm", Status: study.Finished, Values: measure.Values{{Key: "train_error", Value: 3}}},
		{Method: "erm", Status: study.Diverged, Values: measure.Values{{Key: "train_error", Value: 90}}},
		{Method: "mixup:1", Status: study.Finished, Values: measure.Values{{Key: "train_error", Value: 2}}},
	}}
	want := [][]string{
		{"method", "test calibration error, %", "training error, %"},
		{"ERM", "4.00", "2.00 ± 1.41"}, {"mixup 1", "–", "2.00"},
	}
	if got := measureCells(res); !slices.EqualFunc(got, want, slices.Equal) {
		t.Errorf("%q, want %q", got, want)
	}
	for turned, want := range map[bool]string{
		false: "method   test calibration error, %  training error, %\nERM                           4.00        2.00 ± 1.41\nmixup 1                          –               2.00\n",
		true:  "measure                            ERM  mixup 1\ntest calibration error, %         4.00        –\ntraining error, %          2.00 ± 1.41     2.00\n",
	} {
		table := MeasureTable(res)
		if turned {
			table = TurnedMeasureTable(res)
		}
		if got := table.String(); got != want {
			t.Errorf("turned: %t, got\n%s, want\n%s", turned, got, want)
		}
	}
	lines, err := csv.NewReader(bytes.NewReader(tableCSV(res))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	at := slices.Index(lines[0], "mean_train_error_percent")
	if mean, err := strconv.ParseFloat(lines[1][at], 64); err != nil || mean != 2 || lines[1][at+1] == "" || lines[2][at+1] != "" {
		t.Errorf("%q, %v", lines, err)
	}
	nothing := &study.Results{Compared: testError, Rows: []study.Row{{Method: "erm"}}}
	if MeasureTable(nothing) != nil || TurnedMeasureTable(nothing) != nil {
		t.Error("nothing was measured, and there is a table")
	}
}
