package report

import (
	"fmt"
	"image"
	"image/color"
	"math"
)

// Raster turns one sample into a picture, values being in [0, 1] (what lies
// outside is cut): [H W 1] to grey, [H W 3] to colour, [H W] (a spectrogram:
// frequency by time, the lowest frequency first) to a perceptually even colour
// scale with the lowest frequency at the bottom, and [F] (a row of a table) to
// one bar a feature, or, beyond 64 features, to one square a feature in rows
// from the top left. Every pixel becomes a square of scale pixels.
func Raster(values []float32, shape []int, scale int) (image.Image, error) {
	size := 1
	for _, d := range shape {
		size *= d
	}
	if len(shape) == 0 || size < 1 || size != len(values) {
		return nil, fmt.Errorf("drawing a sample: %d values do not fill the shape %v", len(values), shape)
	}
	scale = max(1, scale)
	switch {
	case len(shape) == 1 && size <= maxBars:
		return bars(values, scale), nil
	case len(shape) == 1:
		side := int(math.Ceil(math.Sqrt(float64(size))))
		return blocks((size+side-1)/side, side, scale, func(y, x int) color.NRGBA {
			if i := y*side + x; i < size {
				return even(values[i])
			}
			return barBackground
		}), nil
	case len(shape) == 2:
		return blocks(shape[0], shape[1], scale, func(y, x int) color.NRGBA {
			return even(values[(shape[0]-1-y)*shape[1]+x])
		}), nil
	case len(shape) == 3 && shape[2] == 1:
		return blocks(shape[0], shape[1], scale, func(y, x int) color.NRGBA {
			v := byteOf(values[y*shape[1]+x])
			return color.NRGBA{v, v, v, 0xff}
		}), nil
	case len(shape) == 3 && shape[2] == 3:
		return blocks(shape[0], shape[1], scale, func(y, x int) color.NRGBA {
			pixel := values[3*(y*shape[1]+x):]
			return color.NRGBA{byteOf(pixel[0]), byteOf(pixel[1]), byteOf(pixel[2]), 0xff}
		}), nil
	}
	return nil, fmt.Errorf("drawing a sample: the shape %v is none of [H W 1], [H W 3], [H W], [F]", shape)
}

// maxBars is the most features of a row that are drawn as bars.
const maxBars = 64

var barBackground = color.NRGBA{0xee, 0xf0, 0xf3, 0xff}

// blocks paints h by w squares of scale pixels.
func blocks(h, w, scale int, at func(y, x int) color.NRGBA) image.Image {
	img := image.NewNRGBA(image.Rect(0, 0, w*scale, h*scale))
	for y := range h * scale {
		for x := range w * scale {
			img.SetNRGBA(x, y, at(y/scale, x/scale))
		}
	}
	return img
}

// bars draws a row of a table: feature by feature from the left, the height of
// a bar is its value.
func bars(values []float32, scale int) image.Image {
	const height = 32
	pitch := max(4, (48+len(values)-1)/len(values)) // few features make broad bars
	gap := max(1, pitch/6)
	img := image.NewNRGBA(image.Rect(0, 0, len(values)*pitch*scale, height*scale))
	for x := range len(values) * pitch * scale {
		i, within := x/(pitch*scale), x%(pitch*scale)
		filled := int(math.Round(clamp(values[i]) * float64(height*scale)))
		for y := range height * scale {
			c := barBackground
			if within < (pitch-gap)*scale && height*scale-y <= filled {
				c = seriesColors[0]
			}
			img.SetNRGBA(x, y, c)
		}
	}
	return img
}

func clamp(v float32) float64 {
	if !(v > 0) { // NaN too
		return 0
	}
	return min(float64(v), 1)
}

func byteOf(v float32) uint8 { return uint8(math.Round(255 * clamp(v))) }

// evenStops are colours whose lightness grows evenly, readable for all common
// forms of colour blindness: dark blue over grey to light yellow, after the
// idea of J. Nuñez and others' "cividis" (PLoS ONE 13, 2018).
var evenStops = []color.NRGBA{
	{0x00, 0x22, 0x4e, 0xff}, {0x35, 0x45, 0x6c, 0xff}, {0x66, 0x69, 0x70, 0xff},
	{0x94, 0x8e, 0x77, 0xff}, {0xc8, 0xb8, 0x66, 0xff}, {0xfe, 0xe8, 0x38, 0xff},
}

// even maps [0, 1] to the scale of evenStops.
func even(v float32) color.NRGBA { return between(evenStops, clamp(v)) }

// between interpolates in a scale of colours; v is in [0, 1].
func between(stops []color.NRGBA, v float64) color.NRGBA {
	position := v * float64(len(stops)-1)
	i := min(int(position), len(stops)-2)
	share := position - float64(i)
	mix := func(a, b uint8) uint8 { return uint8(math.Round(float64(a)*(1-share) + float64(b)*share)) }
	a, b := stops[i], stops[i+1]
	return color.NRGBA{mix(a.R, b.R), mix(a.G, b.G), mix(a.B, b.B), 0xff}
}
