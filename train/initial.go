package train

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"

	"github.com/gomlx/gomlx/core/tensors"

	"github.com/vicinal-ml/vicinal/internal/regular"
	"github.com/vicinal-ml/vicinal/weights"
)

// initialWeights sets the network's variables, and those of their average, to
// what the spec's file holds.
func (u *run) initialWeights() error {
	values, err := weights.ReadFile(u.spec.Init, u.network, weights.Options{NewHead: u.spec.NewHead})
	if err != nil {
		return err
	}
	scopes := []string{modelScope}
	if u.spec.Average.Decay > 0 {
		scopes = append(scopes, averageScope)
	}
	for path, value := range values {
		for _, scope := range scopes {
			v := u.store.GetVariable("/" + scope + "/" + path)
			if v == nil {
				return fmt.Errorf("setting the initial weights: there is no variable %s", path)
			}
			if err := v.SetValue(tensors.FromFlatDataAndDimensions(value, v.Shape().Dimensions...)); err != nil {
				return fmt.Errorf("setting variable %s: %w", v.Path(), err)
			}
		}
	}
	return nil
}

// fileSum identifies the content of a file. It is "" for no path, and where
// there is no file: a run that is resumed does not need it any more.
func fileSum(path string) (string, error) {
	if path == "" {
		return "", nil
	}
	file, err := regular.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("reading weights: %w", err)
	}
	defer file.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, file); err != nil {
		return "", fmt.Errorf("reading weights: %w", err)
	}
	return hex.EncodeToString(sum.Sum(nil)[:8]), nil
}
