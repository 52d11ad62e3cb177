package report

import (
	"fmt"
	"image"
	"math"
	"strings"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"github.com/vicinal-ml/vicinal/train"
)

// Sample is one mixed sample of a preview with the two it was made of. Values
// are in [0, 1], of the preview's shape; what lies outside is cut.
type Sample struct {
	Mixed, Own, Partner    []float32
	OwnLabel, PartnerLabel string  // class names
	Input, Target          float64 // weight of the own input and of the own target, in [0, 1]
}

// MixedFigure draws the first samples that a run mixed, count of them at most.
func MixedFigure(title string, batch *train.MixedBatch, count int) (*Figure, error) {
	var samples []Sample
	for _, s := range batch.Samples[:min(count, len(batch.Samples))] {
		samples = append(samples, Sample(s))
	}
	return PreviewGrid(title, batch.Shape, samples)
}

// PreviewGrid draws mixed samples in a grid. Each is shown large, the two it
// was made of small beside it; below stand their classes with the weight of
// each in the input and in the target that the network is trained with. shape
// is that of every sample: see [Raster] for what can be drawn.
func PreviewGrid(title string, shape []int, samples []Sample) (*Figure, error) {
	if len(samples) == 0 {
		return nil, fmt.Errorf("drawing mixed samples: none given")
	}
	cells := make([]cell, len(samples))
	var aspect float64
	var widest vg.Length
	for i, s := range samples {
		for _, picture := range []struct {
			values []float32
			to     *image.Image
		}{{s.Mixed, &cells[i].mixed}, {s.Own, &cells[i].own}, {s.Partner, &cells[i].partner}} {
			img, err := Raster(picture.values, shape, rasterScale(shape))
			if err != nil {
				return nil, err
			}
			*picture.to = img
			aspect = float64(img.Bounds().Dx()) / float64(img.Bounds().Dy())
		}
		cells[i].sample = s
		for _, name := range []string{s.OwnLabel, s.PartnerLabel} {
			widest = max(widest, captionStyle().Width(name))
		}
	}
	g := layGrid(len(cells), aspect, widest)
	rows := (len(cells) + g.columns - 1) / g.columns
	return &Figure{
		Name:  "mixed",
		Title: title,
		Note:  "Large: the mixed sample; small: the two it is made of. Below: class, share of the input, share of the label.",
		Alt:   title + ": " + describeSamples(samples),
		width: previewWidth, height: vg.Length(rows)*g.pitch.Y - previewGap,
		draw: func(c draw.Canvas) {
			for i, cell := range cells {
				cell.draw(c, g, vg.Point{
					X: c.Min.X + vg.Length(i%g.columns)*g.pitch.X,
					Y: c.Max.Y - vg.Length(i/g.columns)*g.pitch.Y,
				})
			}
		},
	}, nil
}

// describeSamples is the recipe of the samples in words, for the alternative
// text.
func describeSamples(samples []Sample) string {
	var words []string
	for _, s := range samples {
		words = append(words, fmt.Sprintf("%s of %s and %s of %s, trained as %s of %s and %s of %s",
			share(s.Input), s.OwnLabel, share(1-s.Input), s.PartnerLabel, share(s.Target), s.OwnLabel, share(1-s.Target), s.PartnerLabel))
	}
	return strings.Join(words, "; ") + "."
}

// share formats a weight: 0.73, and 0 and 1 without decimals where they are exact.
func share(w float64) string {
	if w == 0 || w == 1 {
		return number(w, 0)
	}
	return number(w, 2)
}

// rasterScale enlarges small pictures, so that their pixels stay squares in
// viewers that smooth.
func rasterScale(shape []int) int {
	const wanted = 128
	side := shape[0]
	switch {
	case len(shape) == 1 && side <= maxBars:
		side = 32 // bars are as high
	case len(shape) == 1:
		side = int(math.Sqrt(float64(side)))
	default:
		side = max(side, shape[1])
	}
	return max(1, (wanted+side-1)/max(1, side))
}
