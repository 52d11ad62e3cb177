package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/vicinal-ml/vicinal/data"
	"github.com/vicinal-ml/vicinal/train"
	"github.com/vicinal-ml/vicinal/weights"
	"github.com/vicinal-ml/vicinal/zoo"
)

// checkInit refuses initial weights that do not fit the network. Where work has begun in the folder out, the
// file may be gone.
func checkInit(spec train.Spec, set *data.Set, out string) error {
	if spec.Init == "" {
		return nil
	}
	network, err := zoo.New(spec.Model, set.Shape, len(set.Classes))
	if err != nil {
		return asUsage(err)
	}
	_, err = weights.ReadFile(spec.Init, network, weights.Options{NewHead: spec.NewHead})
	if _, stat := os.Stat(out); stat == nil && errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if mismatch, ok := errors.AsType[*weights.MismatchError](err); ok && mismatch.Head {
		err = fmt.Errorf("%w; --new-head begins the last layer anew, for the %d classes of the data", err, network.Classes)
	}
	return asUsage(err)
}
