package report

import (
	"image"
	"image/color"
	"testing"
)

func TestRaster(t *testing.T) {
	grey := func(v uint8) color.NRGBA { return color.NRGBA{v, v, v, 255} }
	for _, c := range []struct {
		name   string
		values []float32
		shape  []int
		size   image.Point
		at     map[image.Point]color.NRGBA
	}{
		{"grey", []float32{0, 0.5, 1, 2, -1, 0.2}, []int{2, 3, 1}, image.Pt(6, 4), map[image.Point]color.NRGBA{
			{0, 0}: grey(0), {1, 1}: grey(0), {2, 0}: grey(128), {4, 1}: grey(255), {0, 2}: grey(255), {3, 3}: grey(0), {5, 3}: grey(51),
		}},
		{"colour", []float32{1, 0, 0.2, 0, 1, 0}, []int{1, 2, 3}, image.Pt(4, 2), map[image.Point]color.NRGBA{
			{0, 0}: {255, 0, 51, 255}, {3, 1}: {0, 255, 0, 255},
		}},
		// The lowest frequency is at the bottom.
		{"spectrogram", []float32{0, 0, 1, 1}, []int{2, 2}, image.Pt(4, 4), map[image.Point]color.NRGBA{
			{0, 0}: evenStops[len(evenStops)-1], {0, 3}: evenStops[0],
		}},
		// Two bars of 24 pixels, 4 of them a gap, by 32, twice enlarged.
		{"table", []float32{1, 0.5}, []int{2}, image.Pt(96, 64), map[image.Point]color.NRGBA{
			{0, 0}: seriesColors[0], {39, 63}: seriesColors[0], {40, 10}: barBackground,
			{48, 31}: barBackground, {48, 32}: seriesColors[0], {48, 63}: seriesColors[0],
		}},
		{"wide table", append(make([]float32, 89), 1), []int{90}, image.Pt(20, 18), map[image.Point]color.NRGBA{
			{0, 0}: evenStops[0], {19, 17}: evenStops[len(evenStops)-1],
		}},
		{"wide table with a gap", make([]float32, 91), []int{91}, image.Pt(20, 20), map[image.Point]color.NRGBA{
			{1, 19}: evenStops[0], {2, 19}: barBackground, {19, 19}: barBackground,
		}},
	} {
		img, err := Raster(c.values, c.shape, 2)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if got := img.Bounds().Size(); got != c.size {
			t.Errorf("%s: size %v, want %v", c.name, got, c.size)
		}
		for p, want := range c.at {
			if got := img.At(p.X, p.Y); got != want {
				t.Errorf("%s: %v at %v, want %v", c.name, got, p, want)
			}
		}
	}
	for _, shape := range [][]int{nil, {0}, {2, 2}, {1, 2, 2}, {1, 1, 1, 4}} {
		if _, err := Raster(make([]float32, 3), shape, 1); err == nil {
			t.Errorf("3 values of shape %v were drawn", shape)
		}
	}
}
