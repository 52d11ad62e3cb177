package data

import (
	"slices"
	"testing"
)

// Real photographs in folders: each set's parts, classes and pictures.
func TestPhotographs(t *testing.T) {
	for _, test := range []struct {
		archive, folder string
		taken           string
		samples         [3]int
	}{
		{"imagenette/imagenette64.tar", "/imagenette64", "train 2000 (200 of each of 10 classes), validation in val 750 (75 of each of 10 classes)", [3]int{1800, 200, 750}},
		{"flowers/flowers.tar", "/flowers", "train 1250 (250 of each of 5 classes)", [3]int{1000, 125, 125}},
		// Street scenes and their masks, which are no classes: only that every picture is read.
		{"camvid/camvid160.tar", "/camvid160?train=.", "train 1402 (test 233, testannot 233, train 367, trainannot 367, val 101, valannot 101)", [3]int{1122, 140, 140}},
	} {
		t.Run(test.archive, func(t *testing.T) {
			dir := untar(t, realData(t, test.archive))
			set := mustOpen(t, "folder:"+dir+test.folder, Options{})
			if sizesOf(set) != test.samples || set.Taken.String() != test.taken {
				t.Errorf("%v samples, want %v; %s, want %s", sizesOf(set), test.samples, set.Taken, test.taken)
			}
			x := make([]float32, set.Size())
			for _, s := range []Split{set.Train, set.Validation, set.Test} {
				for i := 0; i < s.Len(); i += 10 {
					if err := s.Read(t.Context(), i, x); err != nil {
						t.Error(err)
					}
				}
				if present := LabelCounts(s, len(set.Classes)); slices.Min(present) == 0 {
					t.Errorf("samples of the classes: %d", present)
				}
			}
			if n, looked, err := set.Turned(t.Context()); n != 0 || !looked || err != nil {
				t.Errorf("%d pictures turned, %v, %v", n, looked, err)
			}
		})
	}
}

// Pictures that EXIF turns are counted.
func TestTurned(t *testing.T) {
	dir := t.TempDir()
	files := classTree(t, nil, "", 3)
	files["cat/phone.jpg"], files["dog/upright.jpg"], files["dog/scan.tiff"] = picture(t, "orientation-6.jpg"), picture(t, "orientation-1.jpg"), picture(t, "orientation-6.tiff")
	writeAll(t, dir, files)
	if n, looked, err := mustOpen(t, "folder:"+dir, Options{}).Turned(t.Context()); n != 2 || !looked || err != nil {
		t.Errorf("%d pictures turned, %v, %v; want 2", n, looked, err)
	}
}
