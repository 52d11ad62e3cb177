package study

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2"

	"github.com/vicinal-ml/vicinal/internal/nearest"
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
	Jobs int `toml:"jobs,omitempty" json:"jobs,omitempty"`
}

func (s Spec) file() specFile {
	return specFile{Methods: s.Methods, Seeds: s.Seeds, Spec: s.Spec, Jobs: s.Jobs}
}

func (f specFile) spec() Spec {
	f.Spec.Method, f.Spec.Seed = "", 0
	return Spec{Spec: f.Spec, Methods: f.Methods, Seeds: f.Seeds, Jobs: f.Jobs}
}

// TOML returns the spec as the text of a study.toml; [ParseSpec] reads it.
func (s Spec) TOML() ([]byte, error) {
	text, err := toml.Marshal(s.file())
	if err != nil {
		return nil, fmt.Errorf("writing the study as TOML: %w", err)
	}
	return text, nil
}

// ReadSpec reads a study.toml. See [ParseSpec].
func ReadSpec(path string) (Spec, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return Spec{}, fmt.Errorf("reading the study: %w", err)
	}
	return ParseSpec(path, text)
}

// ParseSpec reads the text of a study.toml; what it does not set is as in
// [DefaultSpec]. A key that is not known is an error that names its line and
// the nearest key; name is the file's name for errors. The spec is not yet
// resolved.
func ParseSpec(name string, text []byte) (Spec, error) {
	file := DefaultSpec().file()
	err := toml.NewDecoder(bytes.NewReader(text)).DisallowUnknownFields().Decode(&file)
	if missing, ok := errors.AsType[*toml.StrictMissingError](err); ok && len(missing.Errors) > 0 {
		line, _ := missing.Errors[0].Position()
		return Spec{}, fmt.Errorf("%s:%d: %s", name, line, unknownKey(missing.Errors[0].Key()))
	}
	if wrong, ok := errors.AsType[*toml.DecodeError](err); ok {
		line, column := wrong.Position()
		return Spec{}, fmt.Errorf("%s:%d:%d: %s", name, line, column, strings.TrimPrefix(wrong.Error(), "toml: "))
	}
	switch {
	case err != nil:
		return Spec{}, fmt.Errorf("%s: %w", name, err)
	case file.Method != "":
		return Spec{}, fmt.Errorf("%s: method belongs to a single run; a study has methods = [%q, ...]", name, file.Method)
	case file.Seed != nil:
		return Spec{}, fmt.Errorf("%s: seed belongs to a single run; a study has seeds = [%d, ...]", name, *file.Seed)
	}
	return file.spec(), nil
}

// unknownKey says what is wrong with a key, and which one may be meant.
func unknownKey(key []string) string {
	full := strings.Join(key, ".")
	known := knownKeys(specType, "")
	// A key at the wrong level is most likely meant as its namesake.
	for _, k := range known {
		if k[strings.LastIndexByte(k, '.')+1:] == key[len(key)-1] {
			return fmt.Sprintf("unknown key %q, did you mean %q?", full, k)
		}
	}
	if hint := nearest.Hint(full, known); hint != "" {
		return fmt.Sprintf("unknown key %q%s", full, hint)
	}
	return fmt.Sprintf("unknown key %q; known are %s", full, strings.Join(known, ", "))
}

var specType = reflect.TypeFor[specFile]()

// knownKeys lists the keys of a study.toml, those of tables with their table.
func knownKeys(t reflect.Type, prefix string) []string {
	var keys []string
	for field := range fields(t) {
		name, _, _ := strings.Cut(field.Tag.Get("toml"), ",")
		switch {
		case field.Anonymous:
			keys = append(keys, knownKeys(field.Type, prefix)...)
		case field.Type.Kind() == reflect.Struct:
			keys = append(keys, knownKeys(field.Type, prefix+name+".")...)
		case name != "method" && name != "seed":
			keys = append(keys, prefix+name)
		}
	}
	slices.Sort(keys)
	return keys
}

// fields yields the fields of a struct type.
func fields(t reflect.Type) func(yield func(reflect.StructField) bool) {
	return func(yield func(reflect.StructField) bool) {
		for i := range t.NumField() {
			if !yield(t.Field(i)) {
				return
			}
		}
	}
}
