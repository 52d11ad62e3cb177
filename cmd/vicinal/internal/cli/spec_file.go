package cli

import (
	"errors"
	"slices"

	"github.com/vicinal-ml/vicinal/internal/stricttoml"
	"github.com/vicinal-ml/vicinal/internal/wholefile"
	"github.com/vicinal-ml/vicinal/train"
)

// readRunSpec reads the settings of one run, such as the spec.toml of a run folder. What the file does not
// set is as in [train.DefaultSpec]; a key that is not known is an error with its line and the nearest one.
func readRunSpec(path string) (train.Spec, error) {
	spec := train.DefaultSpec()
	text, err := wholefile.Read(path, stricttoml.MaxBytes)
	if err != nil {
		return spec, usagef("reading the spec: %w", err)
	}
	err = stricttoml.Decode(path, text, &spec)
	if unknown, ok := errors.AsType[*stricttoml.UnknownKeyError](err); ok && slices.Contains([]string{"methods", "seeds", "jobs"}, unknown.Key) {
		return spec, usagef("%s:%d: %q is a key of a study; compare it with \"vicinal compare --spec %s\"", path, unknown.Line, unknown.Key, path)
	}
	return spec, asUsage(err)
}
