package train

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/vicinal-ml/vicinal/data"
	"github.com/vicinal-ml/vicinal/internal/nearest"
)

// ClassWeightsBalanced is the class weights n / (k n_c) for n training samples
// of k classes, n_c of class c: each class weighs as much in all.
const ClassWeightsBalanced = "balanced"

// maxClassWeight keeps weights that are a slip of the keyboard out.
const maxClassWeight = 1e6

// resolveClassWeights returns the canonical text of Spec.ClassWeights.
func resolveClassWeights(text string) (string, error) {
	if text = strings.TrimSpace(text); text == "" || text == ClassWeightsBalanced {
		return text, nil
	}
	weights, err := parseClassWeights(text)
	if err != nil {
		return text, err
	}
	parts := make([]string, len(weights))
	for i, w := range weights {
		parts[i] = strconv.FormatFloat(w, 'g', -1, 64)
	}
	return strings.Join(parts, ","), nil
}

// parseClassWeights reads a list of numbers.
func parseClassWeights(text string) ([]float64, error) {
	var weights []float64
	for part := range strings.SplitSeq(text, ",") {
		part = strings.TrimSpace(part)
		w, err := strconv.ParseFloat(part, 64)
		if err != nil {
			return nil, fmt.Errorf("class_weights = %q: %q is no number%s; say %s, or a weight for each class with commas between", text, part, nearest.Hint(part, []string{ClassWeightsBalanced}), ClassWeightsBalanced)
		}
		if !(w > 0 && w <= maxClassWeight) {
			return nil, fmt.Errorf("class_weights = %q: a weight of %v is not above 0 and at most %g", text, w, maxClassWeight)
		}
		weights = append(weights, w)
	}
	return weights, nil
}

// Weights returns the weight of each class of the data in the training loss,
// nil where all weigh the same.
func (s Spec) Weights(set *data.Set) ([]float64, error) {
	switch s.ClassWeights {
	case "":
		return nil, nil
	case ClassWeightsBalanced:
		if set.Task != data.Classification {
			return nil, fmt.Errorf("class_weights = %q counts samples of classes, and data %s is a %s set; name a weight for each class where it has any", ClassWeightsBalanced, set.Name, set.Task)
		}
		return balanced(set)
	}
	weights, err := parseClassWeights(s.ClassWeights)
	if err == nil && len(weights) != len(set.Classes) {
		err = fmt.Errorf("class_weights = %q names %d weights, and data %s has %d classes", s.ClassWeights, len(weights), set.Name, len(set.Classes))
	}
	return weights, err
}

// balanced counts the labels as they are trained on.
func balanced(set *data.Set) ([]float64, error) {
	counts := make([]int, len(set.Classes))
	labels := set.Train.Labels()
	for _, label := range labels {
		counts[label]++
	}
	weights := make([]float64, len(counts))
	for c, n := range counts {
		if n == 0 {
			return nil, fmt.Errorf("class_weights = %q: class %q of data %s has no training samples to weigh; leave it out with classes, or name the weights", ClassWeightsBalanced, set.Classes[c], set.Name)
		}
		weights[c] = float64(len(labels)) / (float64(len(counts)) * float64(n))
	}
	return weights, nil
}
