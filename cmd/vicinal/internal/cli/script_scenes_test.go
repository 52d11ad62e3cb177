package cli

import (
	"fmt"
	"image"
	"image/png"
	"os"
	"path/filepath"

	"github.com/rogpeppe/go-internal/testscript"
)

// scenes writes pairs of a picture of a bright box and of the classes of its pixels, 1 within the box, one of them
// void: scenes FOLDER N.
func scenes(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: scenes FOLDER N")
	}
	for i := range number(ts, args[1]) {
		picture, labels := image.NewGray(image.Rect(0, 0, 8, 8)), image.NewGray(image.Rect(0, 0, 8, 8))
		for at := range picture.Pix {
			y, x := at/8-i%4, at%8-i/4
			picture.Pix[at] = uint8(2 * i)
			if y >= 0 && y < 3 && x >= 0 && x < 3 {
				picture.Pix[at], labels.Pix[at] = 200, 1
			}
		}
		labels.Pix[63] = 255
		for folder, img := range map[string]image.Image{"images": picture, "labels": labels} {
			dir := filepath.Join(ts.MkAbs(args[0]), folder)
			ts.Check(os.MkdirAll(dir, 0o777))
			file, err := os.Create(filepath.Join(dir, fmt.Sprintf("%02d.png", i)))
			ts.Check(err)
			ts.Check(png.Encode(file, img))
			ts.Check(file.Close())
		}
	}
}
