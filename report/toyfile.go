package report

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"

	"github.com/vicinal-ml/vicinal/internal/jsonfile"
	"github.com/vicinal-ml/vicinal/internal/wholefile"
)

// toyName is the file that [Write] takes the toy boundary from.
const toyName = "toy.json"

// WriteToy keeps a toy in a study's folder, where [Write] finds it.
func WriteToy(dir string, toy Toy) error {
	if err := toy.validate(); err != nil {
		return err
	}
	text, err := json.Marshal(toy)
	if err != nil {
		return fmt.Errorf("writing %s: %w", toyName, err)
	}
	return wholefile.Write(filepath.Join(dir, toyName), append(text, '\n'))
}

// Bounds of the file of a toy: a panel and a training sample are an object each.
const (
	maxToyBytes   = 1 << 25
	maxToyObjects = 1 << 18
)

// ReadToy returns the toy that [WriteToy] kept; nil where there is none.
func ReadToy(dir string) (*Toy, error) {
	path := filepath.Join(dir, toyName)
	text, err := wholefile.Read(path, maxToyBytes)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading the toy boundary: %w", err)
	}
	toy := &Toy{}
	if err := jsonfile.Decode(text, maxToyObjects, toy); err != nil {
		return nil, fmt.Errorf("%s is damaged (%w); delete it or run the toy again", path, err)
	}
	return toy, nil
}
