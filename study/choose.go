package study

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"github.com/vicinal-ml/vicinal/measure"
	"github.com/vicinal-ml/vicinal/train"
)

// chooseName is the folder of the choosing stages in a study's own.
const chooseName = "choose"

// firstChoosingSeed is the first seed of a choosing stage: far from those that
// methods are compared on.
const firstChoosingSeed = 1_000_001

// Family is a list of methods of which one is picked before the comparison.
type Family struct {
	Text    string   // as the user wrote it: "mixup:{0.1,0.2,0.4,1}"
	Methods []string // specs for mix.Parse
}

// ParseFamily reads "mixup:{0.1,0.2,0.4,1}": the text with each of the values
// between the braces in turn. Where there are several braces it is all
// combinations.
func ParseFamily(text string) (Family, error) {
	members := []string{text}
	for {
		open := strings.IndexByte(members[0], '{')
		if open < 0 {
			break
		}
		shut := strings.IndexByte(members[0], '}')
		if shut < open {
			return Family{}, fmt.Errorf("choose %q: a { without its }", text)
		}
		var longer []string
		for _, m := range members {
			// The braces hold the same in all members, at other places.
			open, shut := strings.IndexByte(m, '{'), strings.IndexByte(m, '}')
			for value := range strings.SplitSeq(m[open+1:shut], ",") {
				longer = append(longer, m[:open]+strings.TrimSpace(value)+m[shut+1:])
			}
		}
		if members = longer; len(members) > maxCombinations {
			return Family{}, fmt.Errorf("choose %q: more than %d methods", text, maxCombinations)
		}
	}
	if len(members) < 2 {
		return Family{}, fmt.Errorf("choose %q is one method: a family has two or more, such as mixup:{0.2,1}; compare a single one by methods", text)
	}
	return Family{text, members}, nil
}

// Choice is a family that a study picked a method of, as study.toml has it.
type Choice struct {
	Family string `toml:"family" json:"family"` // "mixup:{0.1,0.2,0.4,1}"
	Seeds  int    `toml:"seeds" json:"seeds"`   // of its own, on which it was picked
}

// Chosen is what a family came to on its own seeds.
type Chosen struct {
	Family  string          `json:"family"`
	Measure measure.Measure `json:"measure"` // that it was picked by, of the validation part
	Members []Member        `json:"members"`
	Picked  string          `json:"picked"` // canonical spec
	Seeds   []uint64        `json:"seeds"`
	Dir     string          `json:"dir"` // relative to the study's folder
}

// Member is one method of a family.
type Member struct {
	Method  string  `json:"method"`
	Summary Summary `json:"summary"` // of the measure on the validation part
}

// ChoosingFolder is that of a family's runs, relative to the study's.
func ChoosingFolder(f Family) string { return filepath.Join(chooseName, Slug(f.Text)) }

// ChoosingSpec is the study of a family: n seeds of their own, none of which the
// comparison has.
func (s Spec) ChoosingSpec(f Family, n int) (Spec, error) {
	if n < 1 {
		return s, fmt.Errorf("choose: %d seeds cannot pick anything", n)
	}
	c := s
	c.Vary, c.Choose, c.Stop, c.Measure, c.Methods, c.Seeds = nil, nil, Stop{}, "", f.Methods, nil
	for i := range n {
		c.Seeds = append(c.Seeds, uint64(firstChoosingSeed+i))
	}
	for _, seed := range s.Seeds {
		if slices.Contains(c.Seeds, seed) {
			return s, fmt.Errorf("choose: seed %d is one of those that choose; compare on others", seed)
		}
	}
	resolved, err := c.Resolve()
	if err != nil {
		return s, fmt.Errorf("choose %q: %w", f.Text, err)
	}
	return resolved, nil
}

// Choose trains a family with n seeds of its own in a folder of Dir, and picks
// the member with the best mean of the task's primary measure on the validation
// part, the first of equal ones. The test part has no say. Runs that are there
// are not trained again. The error is a usage error's where the data has no
// validation part; where a run diverged its member is not picked.
func (r Runner) Choose(ctx context.Context, f Family, n int) (*Chosen, error) {
	spec, err := r.Spec.ChoosingSpec(f, n)
	if err != nil {
		return nil, err
	}
	set, _, err := open(ctx, spec, nil)
	if err != nil {
		return nil, err
	}
	if set.Validation.Len() == 0 {
		return nil, fmt.Errorf("%w: choose picks by the validation part, and data %s has none: say validation, how many samples it has", ErrNoValidation, set.Name)
	}
	if err := refuseStrangers(r.Dir); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	stage := r
	dir := ChoosingFolder(f)
	stage.Spec, stage.Dir = spec, filepath.Join(r.Dir, dir)
	results, err := stage.Run(ctx)
	if results == nil || err != nil && !errors.Is(err, train.ErrDiverged) {
		return nil, fmt.Errorf("choosing from %s: %w", f.Text, err)
	}
	return pick(f, spec, results, dir)
}

// pick picks the best member of the family, of those whose runs of the spec all
// have finished.
func pick(f Family, spec Spec, results *Results, dir string) (*Chosen, error) {
	m := results.Compared
	m.Part = measure.Validation
	chosen := &Chosen{Family: f.Text, Measure: m, Seeds: spec.Seeds, Dir: dir}
	best := -1
	for _, method := range spec.Methods {
		var values []float64
		for _, run := range results.Runs {
			if run.Method == method && run.Status == Finished && slices.Contains(spec.Seeds, run.Seed) {
				if x, ok := run.Values.Get(m.Key()); ok {
					values = append(values, x)
				}
			}
		}
		member := Member{method, Summarize(values)}
		chosen.Members = append(chosen.Members, member)
		if len(values) < len(spec.Seeds) {
			continue
		}
		if at := len(chosen.Members) - 1; best < 0 || m.Improves(member.Summary.Mean, chosen.Members[best].Summary.Mean) {
			best = at
		}
	}
	if best < 0 {
		return nil, fmt.Errorf("choosing from %s: no method finished with every seed", f.Text)
	}
	chosen.Picked = chosen.Members[best].Method
	return chosen, nil
}

// chosen reads what the families of the study came to. It changes nothing.
func (r *Results) chosen() error {
	for _, choice := range r.Spec.Choose {
		f, err := ParseFamily(choice.Family)
		if err != nil {
			return err
		}
		spec, err := r.Spec.ChoosingSpec(f, choice.Seeds)
		if err != nil {
			return err
		}
		dir := ChoosingFolder(f)
		stage, err := load(filepath.Join(r.Dir, dir), spec)
		if err != nil {
			return err
		}
		picked, err := pick(f, spec, stage, dir)
		if err != nil {
			return err
		}
		r.Chosen = append(r.Chosen, *picked)
	}
	return nil
}
