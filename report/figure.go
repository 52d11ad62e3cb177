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
	Name          string    // file name without extension
	Alt           string    // what the figure shows, in words, for those who cannot see it
	Width, Height vg.Length // in points
	draw          func(draw.Canvas)
}

// PNG writes the figure as a PNG image on white.
func (f *Figure) PNG(w io.Writer) error {
	canvas := vgimg.NewWith(vgimg.UseWH(f.Width, f.Height), vgimg.UseDPI(dotsPerInch), vgimg.UseBackgroundColor(paper))
	f.draw(draw.New(canvas))
	_, err := vgimg.PngCanvas{Canvas: canvas}.WriteTo(w)
	return err
}

// SVG writes the figure as a stand-alone SVG document on white.
func (f *Figure) SVG(w io.Writer) error {
	canvas := vgsvg.New(f.Width, f.Height)
	whole := draw.New(canvas)
	whole.SetColor(paper)
	whole.Fill(whole.Rectangle.Path())
	f.draw(whole)
	var document bytes.Buffer
	if _, err := canvas.WriteTo(&document); err != nil {
		return err
	}
	_, err := io.WriteString(w, tidySVG(document.String()))
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

// tidySVG repairs what the SVG canvas writes: a PNG is called a JPEG there,
// and the font has no fallback where Liberation Sans is not installed (Arial
// and Helvetica have its metrics).
func tidySVG(document string) string {
	return strings.NewReplacer(
		"data:image/jpg;base64", "data:image/png;base64",
		"font-family:Liberation Sans;", "font-family:Liberation Sans,Arial,Helvetica,sans-serif;",
	).Replace(document)
}
