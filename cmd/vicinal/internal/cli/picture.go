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

// drawPicture draws the first mixed batch of a run into its folder, unless it is there already or the
// method mixes nothing.
func drawPicture(ctx context.Context, set *data.Set, spec train.Spec, dir string) error {
	path := filepath.Join(dir, pictureName)
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	figure, _, err := mixedFigure(ctx, set, spec, pictureSamples)
	if err != nil {
		return fmt.Errorf("drawing the first mixed batch: %w", err)
	}
	if figure == nil {
		return nil
	}
	return figure.Save(path)
}

// mixedFigure draws the first batch that a run mixes, and tells where in the run it is. It is nil for a
// method that mixes nothing.
func mixedFigure(ctx context.Context, set *data.Set, spec train.Spec, count int) (*report.Figure, *report.MixedBatch, error) {
	batch, err := report.FirstMixed(ctx, set, spec, count)
	if err != nil || batch == nil {
		return nil, nil, err
	}
	title := fmt.Sprintf("%s on %s, seed %d, epoch %d", spec.Method, set.Name, spec.Seed, batch.Epoch+1)
	figure, err := report.PreviewGrid(title, batch.Shape, batch.Samples)
	return figure, batch, err
}
