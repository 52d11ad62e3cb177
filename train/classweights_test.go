package train

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/vicinal-ml/vicinal/data"
)

// labelled is a set of no values with these training labels.
func labelled(classes int, labels ...int32) *data.Set {
	set := &data.Set{Train: memory{labels: labels}}
	set.Name, set.Shape = "made", []int{1}
	for c := range classes {
		set.Classes = append(set.Classes, string(rune('a'+c)))
	}
	return set
}

// TestBalanced weighs the classes as scikit-learn's compute_class_weight does:
// compute_class_weight("balanced", classes=[0, 1, 2], y=[0, 1, 1, 2, 2, 2]) is
// [2, 1, 0.667].
func TestBalanced(t *testing.T) {
	weights, err := Spec{ClassWeights: "balanced"}.Weights(labelled(3, 2, 0, 1, 2, 1, 2))
	if err != nil || !slices.EqualFunc(weights, []float64{2, 1, 2. / 3}, func(a, b float64) bool { return math.Abs(a-b) < 1e-15 }) {
		t.Errorf("%v, %v", weights, err)
	}
}

func TestClassWeightsOfData(t *testing.T) {
	for _, test := range []struct {
		text      string
		canonical string
		want      string // of the error, "" for none
	}{
		{"", "", ""},
		{" balanced ", "balanced", ""},
		{"1, 2.50,3e-1", "1,2.5,0.3", ""},
		{"balance", "", `class_weights = "balance": "balance" is no number, did you mean "balanced"?; say balanced, or a weight for each class`},
		{"1,2,", "", `"" is no number`},
		{"1,0,1", "", "a weight of 0 is not above 0"},
		{"1,-2,1", "", "a weight of -2 is not above 0"},
		{"1,NaN,1", "", "a weight of NaN is not above 0"},
		{"1,Inf,1", "", "a weight of +Inf is not above 0"},
		{"1,2", "1,2", `class_weights = "1,2" names 2 weights, and data made has 3 classes`},
	} {
		spec := quickSpec()
		spec.ClassWeights = test.text
		resolved, err := spec.Resolve()
		if err == nil {
			if resolved.ClassWeights != test.canonical {
				t.Errorf("%q is %q, want %q", test.text, resolved.ClassWeights, test.canonical)
			}
			_, err = resolved.Weights(labelled(3, 0, 1, 2))
		}
		if test.want == "" && err != nil || test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)) {
			t.Errorf("%q: %v, want %q", test.text, err, test.want)
		}
	}
	if _, err := (Spec{ClassWeights: "balanced"}).Weights(labelled(3, 0, 0, 2)); err == nil || !strings.Contains(err.Error(), `class "b" of data made has no training samples`) {
		t.Errorf("a class without samples: %v", err)
	}
}

// TestClassWeightsTrain: equal weights of any size train as none do, but for
// rounding, and others do not.
func TestClassWeightsTrain(t *testing.T) {
	losses := map[string]float64{}
	for _, text := range []string{"", "7,7,7,7,7,7,7,7,7,7", "balanced", "9,1,1,1,1,1,1,1,1,1"} {
		spec := quickSpec()
		spec.Model, spec.ClassWeights = "mlp:8", text
		set := smallSet(t, spec)
		dir := t.TempDir()
		mustRun(t, set, spec, dir, Hooks{})
		all := metricsOf(t, dir)
		losses[text] = all[len(all)-1].Of("test_loss")
	}
	if d := math.Abs(losses[""] - losses["7,7,7,7,7,7,7,7,7,7"]); d > 1e-4 {
		t.Errorf("equal weights change the loss by %v", d)
	}
	if d := math.Abs(losses[""] - losses["9,1,1,1,1,1,1,1,1,1"]); d < 1e-3 {
		t.Errorf("unequal weights change the loss by %v", d)
	}
}
