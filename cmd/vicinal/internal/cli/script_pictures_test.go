package cli

import (
	"fmt"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"

	"github.com/rogpeppe/go-internal/testscript"
)

// pictures writes pictures of one colour each, of which no two are equal: pictures FOLDER N FIRST. FIRST is the
// first one's colour.
func pictures(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: pictures FOLDER N FIRST")
	}
	dir := ts.MkAbs(args[0])
	ts.Check(os.MkdirAll(dir, 0o777))
	for i := range number(ts, args[1]) {
		img := image.NewGray(image.Rect(0, 0, 8, 8))
		for at := range img.Pix {
			img.Pix[at] = color.Gray{Y: uint8(number(ts, args[2]) + i)}.Y
		}
		file, err := os.Create(filepath.Join(dir, fmt.Sprint(i, ".png")))
		ts.Check(err)
		ts.Check(png.Encode(file, img))
		ts.Check(file.Close())
	}
}
