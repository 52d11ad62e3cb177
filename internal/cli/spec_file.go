package cli

import (
	"bytes"
	"errors"
	"os"
	"reflect"
	"strings"

	"github.com/pelletier/go-toml/v2"

	"github.com/vicinal-ml/vicinal/train"
)

// readRunSpec reads the settings of one run, such as the spec.toml of a run folder. What the file does not
// set is as in [train.DefaultSpec]; a key that is not known is an error with its line and the nearest one.
func readRunSpec(path string) (train.Spec, error) {
	spec := train.DefaultSpec()
	text, err := os.ReadFile(path)
	if err != nil {
		return spec, usagef("reading the spec: %w", err)
	}
	err = toml.NewDecoder(bytes.NewReader(text)).DisallowUnknownFields().Decode(&spec)
	if missing, ok := errors.AsType[*toml.StrictMissingError](err); ok && len(missing.Errors) > 0 {
		line, _ := missing.Errors[0].Position()
		key := strings.Join(missing.Errors[0].Key(), ".")
		if key == "methods" || key == "seeds" || key == "jobs" {
			return spec, usagef("%s:%d: %q is a key of a study; compare it with \"vicinal compare --spec %s\"", path, line, key, path)
		}
		return spec, usagef("%s:%d: unknown key %q%s", path, line, key, meant(key, specKeys(reflect.TypeFor[train.Spec](), "")))
	}
	if wrong, ok := errors.AsType[*toml.DecodeError](err); ok {
		line, column := wrong.Position()
		return spec, usagef("%s:%d:%d: %s", path, line, column, strings.TrimPrefix(wrong.Error(), "toml: "))
	}
	if err != nil {
		return spec, usagef("%s: %w", path, err)
	}
	return spec, nil
}

// specKeys lists the keys of a spec file, those of tables with their table.
func specKeys(t reflect.Type, prefix string) []string {
	var keys []string
	for i := range t.NumField() {
		field := t.Field(i)
		name, _, _ := strings.Cut(field.Tag.Get("toml"), ",")
		if field.Type.Kind() == reflect.Struct {
			keys = append(keys, specKeys(field.Type, prefix+name+".")...)
			continue
		}
		keys = append(keys, prefix+name)
	}
	return keys
}
