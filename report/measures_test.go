package report

import (
	"bytes"
	"encoding/csv"
	"slices"
	"strconv"
	"testing"

	"github.com/vicinal-ml/vicinal/study"
)

// TestMeasureCells has a measure that only some runs have, and one that none has.
func TestMeasureCells(t *testing.T) {
	of := func(x float64) *float64 { return &x }
	res := &study.Results{Rows: []study.Row{{Method: "erm"}, {Method: "mixup:1"}}, Runs: []study.RunRecord{
		{Method: "erm", Status: study.Finished, Measures: study.Measures{TrainError: of(1), TestECE: of(4)}},
		{Method: "erm", Status: study.Finished, Measures: study.Measures{TrainError: of(3)}},
		{Method: "erm", Status: study.Diverged, Measures: study.Measures{TrainError: of(90)}},
		{Method: "mixup:1", Status: study.Finished, Measures: study.Measures{TrainError: of(2)}},
	}}
	want := [][]string{
		{"method", "training error, %", "calibration error, %"},
		{"ERM", "2.00 ± 1.41", "4.00"}, {"mixup 1", "2.00", "–"},
	}
	if got := measureCells(res); !slices.EqualFunc(got, want, slices.Equal) {
		t.Errorf("%q, want %q", got, want)
	}
	for turned, want := range map[bool]string{
		false: "method   training error, %  calibration error, %\nERM            2.00 ± 1.41                  4.00\nmixup 1               2.00                     –\n",
		true:  "measure                       ERM  mixup 1\ntraining error, %     2.00 ± 1.41     2.00\ncalibration error, %         4.00        –\n",
	} {
		var text bytes.Buffer
		if err := MeasureTable(&text, res, Plain, turned); err != nil || text.String() != want {
			t.Errorf("turned: %t, got\n%s%v, want\n%s", turned, text.String(), err, want)
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
	if none := measureCells(&study.Results{Rows: []study.Row{{Method: "erm"}}}); none != nil {
		t.Errorf("nothing measured: %q", none)
	}
}
