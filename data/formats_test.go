package data

import (
	"path/filepath"
	"slices"
	"testing"

	"github.com/vicinal-ml/vicinal/data/augment"
)

// Every format that cameras and tools write is a sample.
func TestFolderFormats(t *testing.T) {
	dir := t.TempDir()
	files := map[string][]byte{"b/x.png": picture(t, "rgb.png")}
	names := []string{"rgb.bmp", "rgb.tiff", "rgb.gif", "animated.gif", "rgb.jpg", "rgb.png", "lossless.webp", "orientation-6.jpg"}
	for _, name := range names {
		files["a/"+name] = picture(t, name)
	}
	files["a/upper.TIF"], files["a/saved.jfif"] = picture(t, "deflate.tiff"), picture(t, "orientation-8.jpg")
	writeAll(t, dir, files)
	set := mustOpen(t, "folder:"+dir+"?size=16", Options{Validation: -1})
	if got, want := set.Taken.Parts[0].Counts, []int{len(names) + 2, 1}; !slices.Equal(got, want) || len(set.Taken.LeftOut) > 0 {
		t.Fatalf("%d samples, left out %v; want %d", got, set.Taken.LeftOut, want)
	}
	var c augment.Canvas
	for i, path := range set.Train.(*imagePart).base.(*photos).paths {
		if err := set.Train.(*imagePart).base.(*photos).ReadImage(t.Context(), i, &c); err != nil {
			t.Error(err)
		}
		turned := filepath.Base(path) == "orientation-6.jpg" || filepath.Base(path) == "saved.jfif"
		if c.H > c.W != turned {
			t.Errorf("%s: %d rows of %d columns", path, c.H, c.W)
		}
	}
}
