package study

import (
	"fmt"
	"maps"
	"slices"

	"github.com/pelletier/go-toml/v2"

	"github.com/vicinal-ml/vicinal/internal/stricttoml"
	"github.com/vicinal-ml/vicinal/internal/wholefile"
	"github.com/vicinal-ml/vicinal/train"
)

// specFile is the layout of study.toml. Its Method and Seed hide those of the
// embedded spec: they stay empty, and are not written.
type specFile struct {
	Methods []string `toml:"methods" json:"methods"`
	Seeds   []uint64 `toml:"seeds" json:"seeds"`
	Method  string   `toml:"method,omitempty" json:"method,omitempty"`
	Seed    *int64   `toml:"seed,omitempty" json:"seed,omitempty"`
	train.Spec
	Measure string   `toml:"measure,omitempty" json:"measure,omitempty"`
	Choose  []Choice `toml:"choose,omitempty" json:"choose,omitempty"`
	Stop
	Jobs int              `toml:"jobs,omitempty" json:"jobs,omitempty"`
	Vary map[string][]any `toml:"vary,omitempty" json:"-"`
	Axes []Axis           `toml:"-" json:"vary,omitempty"`
}

func (s Spec) file() specFile {
	return specFile{Methods: s.Methods, Seeds: s.Seeds, Spec: s.Spec, Measure: s.Measure, Stop: s.Stop, Choose: s.Choose, Jobs: s.Jobs, Axes: s.Vary}
}

func (f specFile) spec() Spec {
	f.Spec.Method, f.Spec.Seed = "", 0
	return Spec{Spec: f.Spec, Methods: f.Methods, Seeds: f.Seeds, Measure: f.Measure, Stop: f.Stop, Choose: f.Choose, Jobs: f.Jobs, Vary: f.Axes}
}

// TOML returns the spec as the text of a study.toml; [ParseSpec] reads it.
func (s Spec) TOML() ([]byte, error) {
	file := s.file()
	for _, axis := range s.Vary {
		values, err := axis.values()
		if err != nil {
			return nil, err
		}
		if file.Vary == nil {
			file.Vary = map[string][]any{}
		}
		file.Vary[axis.Key] = values
	}
	text, err := toml.Marshal(file)
	if err != nil {
		return nil, fmt.Errorf("writing the study as TOML: %w", err)
	}
	return text, nil
}

// ReadSpec reads a study.toml. See [ParseSpec].
func ReadSpec(path string) (Spec, error) {
	text, err := wholefile.Read(path, stricttoml.MaxBytes)
	if err != nil {
		return Spec{}, fmt.Errorf("reading the study: %w", err)
	}
	return ParseSpec(path, text)
}

// ParseSpec reads the text of a study.toml; what it does not set is as in
// [DefaultSpec], and the seeds of a sequential study are 1 to max_seeds. A key that is not known is an error that names its line and
// the nearest key; name is the file's name for errors. The spec is not yet
// resolved.
func ParseSpec(name string, text []byte) (Spec, error) {
	file := DefaultSpec().file()
	usual := file.Seeds
	file.Seeds = nil
	if err := stricttoml.Decode(name, text, &file, "method", "seed"); err != nil {
		return Spec{}, err
	}
	switch {
	case file.Method != "":
		return Spec{}, fmt.Errorf("%s: method belongs to a single run; a study has methods = [%q, ...]", name, file.Method)
	case file.Seed != nil:
		return Spec{}, fmt.Errorf("%s: seed belongs to a single run; a study has seeds = [%d, ...]", name, *file.Seed)
	}
	if file.Seeds == nil {
		file.Seeds = usual
		if n := file.MaxSeeds; n > 0 && n <= MostSeeds {
			file.Seeds = CountedSeeds(n)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(file.Vary)) {
		axis, err := newAxis(key, file.Vary[key])
		if err != nil {
			return Spec{}, fmt.Errorf("%s: %w", name, err)
		}
		file.Axes = append(file.Axes, axis)
	}
	return file.spec(), nil
}
