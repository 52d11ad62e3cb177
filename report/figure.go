package report

import (
	"bytes"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/vicinal-ml/vicinal/internal/wholefile"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"
	"gonum.org/v1/plot/vg/vgsvg"
)

// dotsPerInch is the resolution of the PNG files: twice the usual 96, so that
// they stay sharp in print and on dense screens.
const dotsPerInch = 192

// Figure is a drawing that can be written as PNG or SVG. The same input gives
// the same bytes.
type Figure struct {
	Name  string // file name without extension
	Title string // a few words, drawn above the figure
	Note  string // how to read it, drawn below the title
	Alt   string // what the figure shows, in words, for those who cannot see it

	width, height vg.Length // of the figure without title and note, in points
	draw          func(draw.Canvas)
}

// margin is the empty border around a figure.
const margin = vg.Length(6)

// size is the size of the whole figure.
func (f *Figure) size() (width, height vg.Length) {
	return f.width + 2*margin, f.height + headHeight(f.Title, f.Note, f.width) + 2*margin
}

// drawWhole draws the figure with its title and note on white.
func (f *Figure) drawWhole(c draw.Canvas) {
	c.SetColor(paper)
	c.Fill(c.Rectangle.Path())
	f.draw(drawHead(draw.Crop(c, margin, -margin, margin, -margin), f.Title, f.Note))
}

// PNG writes the figure as a PNG image on white.
func (f *Figure) PNG(w io.Writer) error {
	width, height := f.size()
	canvas := vgimg.NewWith(vgimg.UseWH(width, height), vgimg.UseDPI(dotsPerInch))
	f.drawWhole(draw.New(canvas))
	_, err := vgimg.PngCanvas{Canvas: canvas}.WriteTo(w)
	return err
}

// SVG writes the figure as a stand-alone SVG document on white.
func (f *Figure) SVG(w io.Writer) error {
	canvas := vgsvg.New(f.size())
	f.drawWhole(draw.New(canvas))
	document, err := tidySVG(canvas)
	if err != nil {
		return err
	}
	_, err = io.WriteString(w, document)
	return err
}

// Save writes the figure to path, as PNG or SVG by the path's extension. The
// file appears whole or not at all.
func (f *Figure) Save(path string) error {
	var content bytes.Buffer
	switch extension := strings.ToLower(filepath.Ext(path)); extension {
	case ".png":
		if err := f.PNG(&content); err != nil {
			return fmt.Errorf("drawing %s: %w", path, err)
		}
	case ".svg":
		if err := f.SVG(&content); err != nil {
			return fmt.Errorf("drawing %s: %w", path, err)
		}
	default:
		return fmt.Errorf("%s: a picture is written as .png or .svg, not %q", path, extension)
	}
	return wholefile.Write(path, content.Bytes())
}
