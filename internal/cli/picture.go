package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/vicinal-ml/vicinal/data"
	"github.com/vicinal-ml/vicinal/report"
	"github.com/vicinal-ml/vicinal/train"
)

// pictureName is the picture of the first mixed batch in a run folder.
const pictureName = "mixed.png"

// pictureSamples is how many samples of the batch it shows.
const pictureSamples = 12

// drawPicture draws the first mixed batch of a run into its folder, unless it is there already.
func drawPicture(ctx context.Context, set *data.Set, spec train.Spec, dir string) error {
	path := filepath.Join(dir, pictureName)
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	batch, err := firstMixed(ctx, set, spec, pictureSamples)
	if err != nil {
		return fmt.Errorf("drawing the first mixed batch: %w", err)
	}
	figure, err := report.PreviewGrid(batch.title(set, spec.Seed), set.Shape, batch.samples)
	if err != nil {
		return fmt.Errorf("drawing the first mixed batch: %w", err)
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return fmt.Errorf("making the run folder: %w", err)
	}
	return figure.Save(path)
}
