package mix

import (
	"encoding/json"
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func sameStats(a, b EpochStats) bool {
	return a.Epoch == b.Epoch && a.Phase == b.Phase && a.Loss == b.Loss && (a.Accuracy == b.Accuracy || math.IsNaN(a.Accuracy) && math.IsNaN(b.Accuracy))
}

// The statistics of an epoch come back from their JSON, an accuracy that there
// is not included.
func TestEpochStatsJSON(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := EpochStats{
			Epoch: rapid.IntRange(0, 1<<30).Draw(t, "epoch"), Phase: rapid.SampledFrom([]Phase{PhaseOn, PhaseOff, PhasePlain}).Draw(t, "phase"),
			Loss:     rapid.Float64Range(-1e300, 1e300).Draw(t, "loss"),
			Accuracy: rapid.OneOf(rapid.Just(math.NaN()), rapid.Float64Range(0, 1)).Draw(t, "accuracy"),
		}
		text, err := json.Marshal([]EpochStats{e})
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(text), `"Accuracy":null`) != math.IsNaN(e.Accuracy) {
			t.Fatalf("%+v is written as %s", e, text)
		}
		again := []EpochStats{{Epoch: 9, Accuracy: 0.5}}
		if err := json.Unmarshal(text, &again); err != nil || len(again) != 1 || !sameStats(e, again[0]) {
			t.Fatalf("%+v became %s and %+v, %v", e, text, again, err)
		}
	})
}

func TestEpochStatsFromJSON(t *testing.T) {
	// As it is written where an accuracy always is.
	var e EpochStats
	if err := json.Unmarshal([]byte(`{"Epoch":3,"Phase":"on","Loss":0.25,"Accuracy":0}`), &e); err != nil || !sameStats(e, EpochStats{3, PhaseOn, 0.25, 0}) {
		t.Errorf("%+v, %v", e, err)
	}
	if err := json.Unmarshal([]byte(`{"Epoch":3,"Phase":"on","Loss":0.25}`), &e); err != nil || !math.IsNaN(e.Accuracy) {
		t.Errorf("%+v, %v", e, err)
	}
	before := e
	for _, text := range []string{`[]`, `{"Epoch":"x"}`, `{"Accuracy":"0.5"}`, `{"Loss":1e999}`} {
		if err := json.Unmarshal([]byte(text), &e); err == nil || !sameStats(e, before) {
			t.Errorf("%s: %+v, %v", text, e, err)
		}
	}
}
