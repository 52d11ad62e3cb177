package study

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/vicinal-ml/vicinal/internal/humanize"
	"github.com/vicinal-ml/vicinal/train"
)

// Spec says what is compared. The embedded spec holds what all runs share; its
// Method and Seed are not used.
type Spec struct {
	train.Spec
	Methods []string // specs for mix.Parse; the first is the base of the comparison
	Seeds   []uint64 // each trains every method once
	Measure string   // the name of the measure that methods are compared by, on the test part; "" is the task's primary one
	Stop    Stop     // when the study ends before all seeds are trained
	Choose  []Choice // families of which one method each was picked before, see [Runner.Choose]
	Vary    []Axis   // settings that are varied, see [Grid]; none for a study of one combination
	Jobs    int      // runs at once; 0 is one a core. It does not change the results
}

// DefaultSpec compares ERM, SamplePairing and mixup on the settings of
// [train.DefaultSpec] with five seeds.
func DefaultSpec() Spec {
	s := Spec{
		Spec:    train.DefaultSpec(),
		Methods: []string{"erm", "samplepairing", "mixup:0.2"},
		Seeds:   []uint64{1, 2, 3, 4, 5},
	}
	s.Method, s.Seed = "", 0
	return s
}

// Run returns the spec of one run of the study.
func (s Spec) Run(method string, seed uint64) train.Spec {
	run := s.Spec
	run.Method, run.Seed = method, seed
	return run
}

// Resolve returns the spec with every method in canonical form and all
// defaults filled in. The error names the first setting outside its domain, a
// method or seed that is there twice, and an empty list.
func (s Spec) Resolve() (Spec, error) {
	switch {
	case len(s.Methods) == 0:
		return s, fmt.Errorf("methods is empty: name one or more, the base of the comparison first")
	case len(s.Seeds) == 0:
		return s, fmt.Errorf("seeds is empty: give one or more")
	case len(s.Vary) > 0 && s.Stop.On():
		return s, errVaryAndStop
	case len(s.Vary) > 0:
		return s, fmt.Errorf("vary: a study with axes is one for each combination, see ResolveAxes")
	case s.Jobs < 0:
		return s, fmt.Errorf("jobs = %d: at least one run at a time, or 0 for one a core", s.Jobs)
	}
	var err error
	if s.Stop, err = s.Stop.Resolve(); err != nil {
		return s, err
	}
	if s.Stop.On() && len(s.Seeds) != s.Stop.MaxSeeds {
		return s, fmt.Errorf("max_seeds = %d with %s: name as many seeds, or none", s.Stop.MaxSeeds, humanize.Count(len(s.Seeds), "seed"))
	}
	if s.Stop.On() && len(s.Methods) < 2 {
		return s, fmt.Errorf("max_seeds = %d with one method: a study ends early when its comparisons are clear, and there is none", s.Stop.MaxSeeds)
	}
	given := s.Methods
	s.Methods, s.Seeds = nil, slices.Clone(s.Seeds)
	var base train.Spec
	for i, method := range given {
		resolved, err := s.Run(method, s.Seeds[0]).Resolve()
		if err != nil {
			return s, err
		}
		if at := slices.Index(s.Methods, resolved.Method); at >= 0 {
			return s, fmt.Errorf("methods: %q and %q are the same method; name it once", given[at], method)
		}
		s.Methods = append(s.Methods, resolved.Method)
		if i == 0 {
			base = resolved
		}
	}
	for i, seed := range s.Seeds {
		if slices.Contains(s.Seeds[:i], seed) {
			return s, fmt.Errorf("seeds: %d is there twice; each seed counts once", seed)
		}
		if _, err := s.Run(s.Methods[0], seed).Resolve(); err != nil {
			return s, err
		}
	}
	s.Spec = base
	s.Method, s.Seed = "", 0
	return s, nil
}

// MarshalJSON writes the shared settings and the lists as one object.
func (s Spec) MarshalJSON() ([]byte, error) { return json.Marshal(s.file()) }

// UnmarshalJSON reads what MarshalJSON writes.
func (s *Spec) UnmarshalJSON(text []byte) error {
	var f specFile
	if err := json.Unmarshal(text, &f); err != nil {
		return err
	}
	*s = f.spec()
	return nil
}
