package cli

import (
	"context"
	"fmt"

	"github.com/vicinal-ml/vicinal/data"
	"github.com/vicinal-ml/vicinal/internal/humanize"
	"github.com/vicinal-ml/vicinal/train"
)

// foundData is what "vicinal data show" finds in a user's own files.
type foundData struct {
	Train      int           `json:"train"` // samples, after what is missing was drawn
	Validation int           `json:"validation"`
	Test       int           `json:"test"`
	Taken      *data.Taken   `json:"taken,omitempty"`
	Turned     int           `json:"turned,omitempty"` // pictures, by their EXIF orientation
	Overlap    *data.Overlap `json:"overlap,omitempty"`
	Remarks    []string      `json:"remarks,omitempty"`
}

// find opens the set of that name and completes the card.
func (c *dataCard) find(ctx context.Context, name string) error {
	set, err := openData(ctx, train.Spec{Data: name})
	if err != nil {
		return trainingError(err, "")
	}
	c.Title, c.Task, c.Tasks, c.Shape, c.Classes, c.Features = set.Title, set.Task, nil, set.Shape, set.Classes, set.Features
	c.Targets, c.TargetMean, c.TargetStd = set.Targets, set.TargetMean, set.TargetStd
	found := &foundData{Train: set.Train.Len(), Validation: set.Validation.Len(), Test: set.Test.Len(), Taken: set.Taken, Remarks: set.Remarks}
	overlap, _, err := set.Overlap(ctx)
	if err != nil {
		return trainingError(err, "")
	}
	if overlap.Files > 0 {
		found.Overlap = &overlap
	}
	if found.Turned, _, err = set.Turned(ctx); err != nil {
		return trainingError(err, "")
	}
	c.Found = found
	return nil
}

// print writes what was found, a line each.
func (d *foundData) print(line func(name, text string)) {
	if d.Taken != nil {
		line("files", clean(d.Taken.String()))
		line("left out", clean(d.Taken.LeftOutText()))
	}
	line("samples", fmt.Sprintf("%s to train on, %s to validate, %s to test",
		humanize.Thousands(int64(d.Train)), humanize.Thousands(int64(d.Validation)), humanize.Thousands(int64(d.Test))))
	if d.Turned > 0 {
		line("turned", fmt.Sprintf("%s pictures, by their EXIF orientation", humanize.Thousands(int64(d.Turned))))
	}
	for _, remark := range d.Remarks {
		line("remark", clean(remark))
	}
	if d.Overlap != nil {
		line("twice", clean(d.Overlap.String()))
	}
}
