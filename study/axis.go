package study

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2"

	"github.com/vicinal-ml/vicinal/internal/nearest"
	"github.com/vicinal-ml/vicinal/internal/stricttoml"
	"github.com/vicinal-ml/vicinal/train"
)

// Axis is a setting that a study varies, and its values.
type Axis struct {
	Key    string   `json:"key"`    // as in study.toml: "train_size", "optimizer.learning_rate"
	Values []string `json:"values"` // as TOML writes them: 10, 0.2, "mlp:64"
}

// Setting is one value of an axis.
type Setting struct {
	Key   string `json:"key"`
	Value string `json:"value"` // as TOML writes it
}

// Plain is the value for people: without quotes.
func (s Setting) Plain() string {
	var read struct{ V any }
	if err := toml.Unmarshal([]byte("V = "+s.Value), &read); err != nil {
		return s.Value
	}
	return fmt.Sprint(read.V)
}

// String is "train_size=10".
func (s Setting) String() string { return s.Key + "=" + s.Plain() }

// maxCombinations bounds a study: each combination is a comparison of its own.
const maxCombinations = 1000

// ParseAxis reads "train_size=10,20,50". Values are what TOML reads between
// commas, or else words.
func ParseAxis(text string) (Axis, error) {
	key, list, ok := strings.Cut(text, "=")
	key = strings.ReplaceAll(strings.TrimSpace(key), "-", "_")
	if !ok || key == "" || strings.TrimSpace(list) == "" {
		return Axis{}, fmt.Errorf("vary %q: write a setting and its values, such as train_size=10,20,50", text)
	}
	var read struct{ V []any }
	if err := toml.Unmarshal([]byte("V = ["+list+"]"), &read); err != nil {
		read.V = nil
		for word := range strings.SplitSeq(list, ",") {
			read.V = append(read.V, strings.TrimSpace(word))
		}
	}
	return newAxis(key, read.V)
}

// newAxis writes the values as TOML does.
func newAxis(key string, values []any) (Axis, error) {
	a := Axis{Key: key}
	if len(values) == 0 {
		return a, fmt.Errorf("vary: %s has no values", key)
	}
	for _, v := range values {
		written, err := toml.Marshal(map[string]any{"v": v})
		if err != nil {
			return a, fmt.Errorf("vary: value %v of %s: %w", v, key, err)
		}
		value := strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(string(written)), "v ="))
		if strings.Contains(value, "\n") {
			return a, fmt.Errorf("vary: value %v of %s is a table: a value is a number, a text or a list", v, key)
		}
		if slices.Contains(a.Values, value) {
			return a, fmt.Errorf("vary: value %s of %s is there twice", value, key)
		}
		a.Values = append(a.Values, value)
	}
	return a, nil
}

// values reads the values.
func (a Axis) values() ([]any, error) {
	var read struct{ V []any }
	if err := toml.Unmarshal([]byte("V = ["+strings.Join(a.Values, ", ")+"]"), &read); err != nil {
		return nil, fmt.Errorf("vary: the values of %s: %w", a.Key, err)
	}
	return read.V, nil
}

// fixed are settings that no axis can have: a study has them for itself, or
// they change no result.
var fixed = []string{"method", "seed", "data_dir", "workers", "checkpoint_every", "keep"}

// axisKeys are the settings that can be varied.
func axisKeys() []string {
	return slices.DeleteFunc(stricttoml.Keys(reflect.TypeFor[train.Spec]()), func(k string) bool { return slices.Contains(fixed, k) })
}

// set returns the spec with one setting changed.
func set(s train.Spec, to Setting) (train.Spec, error) {
	keys := axisKeys()
	if !slices.Contains(keys, to.Key) {
		return s, fmt.Errorf("vary: %q is no setting that can be varied%s; those are %s", to.Key, nearest.Hint(to.Key, keys), strings.Join(keys, ", "))
	}
	// Lists and tables of the spec are replaced, not added to.
	s.Classes, s.Freeze = slices.Clone(s.Classes), slices.Clone(s.Freeze)
	if err := toml.Unmarshal([]byte(to.Key+" = "+to.Value), &s); err != nil {
		return s, fmt.Errorf("vary: %s cannot be %s: its values are of another kind", to.Key, to.Value)
	}
	return s, nil
}
