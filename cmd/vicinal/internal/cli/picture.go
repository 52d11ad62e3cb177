package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/vicinal-ml/vicinal/report"
	"github.com/vicinal-ml/vicinal/train"
)

// pictureName is the picture of the first mixed batch in a run folder.
const pictureName = "mixed.png"

// pictureSamples is how many samples of the batch it shows.
const pictureSamples = 12

// drawPicture draws the first mixed batch of a run into its folder from what the run left there, unless it is
// drawn already or the run has mixed nothing.
func drawPicture(spec train.Spec, dir string) error {
	path := filepath.Join(dir, pictureName)
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	batch, err := train.ReadMixed(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	figure, err := mixedFigure(spec, batch, pictureSamples)
	if err != nil {
		return fmt.Errorf("drawing the first mixed batch: %w", err)
	}
	return figure.Save(path)
}

// mixedFigure draws the first batch that a run mixes.
func mixedFigure(spec train.Spec, batch *train.MixedBatch, count int) (*report.Figure, error) {
	return report.MixedFigure(fmt.Sprintf("%s on %s, seed %d, epoch %d", spec.Method, spec.Data, spec.Seed, batch.Epoch+1), batch, count)
}
