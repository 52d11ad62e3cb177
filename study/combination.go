package study

import (
	"errors"
	"fmt"
	"strings"
)

// Combination is one value of each axis of a study, in the order of the axes.
type Combination []Setting

// String is "train_size=10, label_noise=0.2".
func (c Combination) String() string { return c.join(", ") }

// slug names the combination's folder.
func (c Combination) slug() string {
	parts := make([]string, len(c))
	for i, s := range c {
		// Keys are words with underscores, which a method's slug has for commas.
		parts[i] = strings.ReplaceAll(s.Key, "_", "") + "=" + Slug(s.Plain())
	}
	return strings.Join(parts, "+")
}

func (c Combination) join(between string) string {
	parts := make([]string, len(c))
	for i, s := range c {
		parts[i] = s.String()
	}
	return strings.Join(parts, between)
}

// Combinations are those of all values of the study's axes, the last axis
// changing fastest.
func (s Spec) Combinations() []Combination {
	all := []Combination{nil}
	for _, axis := range s.Vary {
		var longer []Combination
		for _, c := range all {
			for _, value := range axis.Values {
				longer = append(longer, append(c[:len(c):len(c)], Setting{axis.Key, value}))
			}
		}
		all = longer
	}
	return all
}

// At returns the study of one combination: one without axes.
func (s Spec) At(c Combination) (Spec, error) {
	s.Vary = nil
	for _, to := range c {
		var err error
		if s.Spec, err = set(s.Spec, to); err != nil {
			return s, err
		}
	}
	resolved, err := s.Resolve()
	if err != nil && len(c) > 0 {
		err = fmt.Errorf("with %s: %w", c, err)
	}
	return resolved, err
}

var errVaryAndStop = errors.New("vary and max_seeds exclude each other: the rule that stops a study is one for all of its comparisons")

// ResolveAxes checks the study of every combination, and returns the study with
// its methods in canonical form and its defaults filled in, where the axes leave
// them alone.
func (s Spec) ResolveAxes() (Spec, error) {
	if s.Stop.On() {
		return s, errVaryAndStop
	}
	n := 1
	for i, axis := range s.Vary {
		for _, other := range s.Vary[:i] {
			if other.Key == axis.Key {
				return s, fmt.Errorf("vary: %s is there twice", axis.Key)
			}
		}
		if n *= len(axis.Values); n > maxCombinations || n == 0 {
			return s, fmt.Errorf("vary: the axes have %d combinations so far; from 1 to %d can be compared", n, maxCombinations)
		}
	}
	var first Spec
	for i, c := range s.Combinations() {
		at, err := s.At(c)
		if err != nil {
			return s, err
		}
		if i == 0 {
			first = at
		}
	}
	s.Methods, s.Seeds = first.Methods, first.Seeds
	return s, nil
}
