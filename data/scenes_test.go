package data

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/vicinal-ml/vicinal/data/augment"
)

// pngOf is a gray PNG file of h rows and w columns.
func pngOf(t testing.TB, h, w int, value func(y, x int) uint8) []byte {
	t.Helper()
	img := image.NewGray(image.Rect(0, 0, w, h))
	for i := range img.Pix {
		img.Pix[i] = value(i/w, i%w)
	}
	return encodePNG(t, img)
}

func encodePNG(t testing.TB, img image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// sceneFilesOf are n pairs below a folder. A pixel of the picture is 20 times its label, but for void ones, which are 200.
func sceneFilesOf(t testing.TB, folder string, n int) map[string][]byte {
	t.Helper()
	files := map[string][]byte{}
	for i := range n {
		labels := func(y, x int) uint8 {
			if y == 0 && x == i%5 {
				return augment.Void
			}
			return uint8((i + y + 2*x) % 4)
		}
		name := fmt.Sprintf("%s%02d.png", []string{"", "deeper/"}[i%2], i)
		files[folder+"/labels/"+name] = pngOf(t, 4, 6, labels)
		files[folder+"/images/"+name] = pngOf(t, 4, 6, func(y, x int) uint8 {
			if v := labels(y, x); v != augment.Void {
				return 20 * v
			}
			return 200
		})
	}
	return files
}

// together is all of some files.
func together(all ...map[string][]byte) map[string][]byte {
	sum := map[string][]byte{}
	for _, files := range all {
		maps.Copy(sum, files)
	}
	return sum
}

// checkScenes fails where a label is not that of the pixel beside it.
func checkScenes(t testing.TB, set *Set, x []float32, labels []int32) {
	t.Helper()
	for k, label := range labels {
		want := float32(20*label) / 255
		if label == Void {
			want = 200. / 255
		}
		if got := x[3*k]*set.Std[0] + set.Mean[0]; got < want-1e-3 || got > want+1e-3 {
			t.Fatalf("pixel %d has the value %g and the label %d", k, got*255, label)
		}
	}
}

func TestSceneFolders(t *testing.T) {
	names := map[string][]byte{"classes.txt": []byte("sky\nroad \n car\ntree\n\n")}
	for _, test := range []struct {
		files                   map[string][]byte
		query                   string
		train, validation, test int
		classes                 []string
	}{
		{sceneFilesOf(t, ".", 20), "", 16, 2, 2, []string{"0", "1", "2", "3"}},
		{together(sceneFilesOf(t, ".", 20), names), "", 16, 2, 2, []string{"sky", "road", "car", "tree"}},
		{together(sceneFilesOf(t, ".", 20), sceneFilesOf(t, "test", 3)), "", 18, 2, 3, []string{"0", "1", "2", "3"}},
		{sceneFilesOf(t, "train", 20), "", 16, 2, 2, []string{"0", "1", "2", "3"}},
		{together(sceneFilesOf(t, "train", 20), sceneFilesOf(t, "val", 6)), "", 18, 2, 6, []string{"0", "1", "2", "3"}},
		{together(sceneFilesOf(t, "train", 8), sceneFilesOf(t, "valid", 6), sceneFilesOf(t, "test", 3)), "", 8, 6, 3, []string{"0", "1", "2", "3"}},
		{together(sceneFilesOf(t, "a/b", 8), sceneFilesOf(t, "c", 6)), "?train=a/b&test=c", 7, 1, 6, []string{"0", "1", "2", "3"}},
		{together(sceneFilesOf(t, ".", 20), names), "?task=segmentation&size=4x6", 16, 2, 2, []string{"sky", "road", "car", "tree"}},
	} {
		dir := t.TempDir()
		writeAll(t, dir, test.files)
		set := mustOpen(t, "folder:"+dir+test.query, Options{})
		checkSet(t, set)
		if set.Task != Segmentation || !slices.Equal(set.Shape, []int{4, 6, 3}) || !slices.Equal(set.Classes, test.classes) {
			t.Errorf("%s: %s of %v, classes %q", test.query, set.Task, set.Shape, set.Classes)
		}
		if set.Train.Len() != test.train || set.Validation.Len() != test.validation || set.Test.Len() != test.test {
			t.Errorf("%s: %d, %d and %d samples, want %d, %d, %d", test.query, set.Train.Len(), set.Validation.Len(), set.Test.Len(), test.train, test.validation, test.test)
		}
		if text := set.Taken.String(); !strings.Contains(text, "pictures with labels") {
			t.Errorf("taken %q", text)
		}
		x, labels := make([]float32, set.Size()), make([]int32, 24)
		for _, s := range []Split{set.Train, set.Validation, set.Test} {
			for i := range s.Len() {
				if err := errors.Join(s.Read(t.Context(), i, x), s.(Segmented).ReadPixels(t.Context(), i, labels)); err != nil {
					t.Fatal(err)
				}
				checkScenes(t, set, x, labels)
			}
		}
		prepared := mustOpen(t, "folder:"+dir+test.query, Options{Preparation: throughJSON(t, set.Preparation)})
		if mustFingerprint(t, prepared).Samples != mustFingerprint(t, set).Samples {
			t.Error("what is prepared as it was has other samples")
		}
	}
}

// Labels move with the picture, in whatever order and by however many workers batches are read.
func TestLoaderOfScenes(t *testing.T) {
	dir := t.TempDir()
	writeAll(t, dir, sceneFilesOf(t, ".", 30))
	set := mustOpen(t, "folder:"+dir, Options{})
	moves := []string{"", "none", "flip", "default", "flip:alternate", "crop:1:reflect,flip", "random-crop:3,resize:4x6", "jitter:0.4,lighting:0.1,erase:0.5"}
	rapid.Check(t, func(r *rapid.T) {
		spec := rapid.SampledFrom(moves).Draw(r, "augmentation")
		l := Loader{Split: set.Train, Batch: rapid.IntRange(1, 7).Draw(r, "batch"), Shuffle: true, Seed: rapid.Uint64().Draw(r, "seed")}
		if spec != "" {
			if err := l.AugmentBy(&set.Info, spec); err != nil {
				r.Fatal(err)
			}
		}
		epoch, from := rapid.IntRange(0, 3).Draw(r, "epoch"), rapid.IntRange(0, l.Steps()).Draw(r, "from")
		want := walk(t, &l, epoch, 0)[from:]
		l.Workers, l.Ahead = rapid.IntRange(0, 4).Draw(r, "workers"), rapid.IntRange(0, 3).Draw(r, "ahead")
		got := walk(t, &l, epoch, from)
		if len(got) != len(want) {
			r.Fatalf("%d batches, want %d", len(got), len(want))
		}
		for k, b := range got {
			if !slices.Equal(b.X, want[k].X) || !slices.Equal(b.Labels, want[k].Labels) || !slices.Equal(b.Index, want[k].Index) || len(b.Labels) != 24*b.N {
				r.Fatalf("%q: batch %d differs with %d workers", spec, k, l.Workers)
			}
			if !strings.Contains(spec, "resize") && !strings.Contains(spec, "jitter") {
				checkScenes(t, set, b.X, b.Labels)
			}
		}
	})
	// What pads is void.
	padded := Loader{Split: set.Train, Batch: 24, Seed: 1}
	if err := padded.AugmentBy(&set.Info, "crop:3"); err != nil {
		t.Fatal(err)
	}
	black := 0
	for _, b := range walk(t, &padded, 0, 0) {
		for k, label := range b.Labels {
			if v := b.X[3*k]*set.Std[0] + set.Mean[0]; label == Void && v < 1e-3 {
				black++
			}
		}
	}
	if black < 24 {
		t.Errorf("%d pixels are padding", black)
	}
	// Pixels of eight bits come with labels too.
	for _, b := range walk(t, &Loader{Split: set.Train, Batch: 24, Raw: true}, 0, 0) {
		for k, label := range b.Labels {
			if label != Void && b.Pixels[3*k] != uint8(20*label) {
				t.Fatalf("pixel %d of value %d has the label %d", k, b.Pixels[3*k], label)
			}
		}
	}
}

// The picture and its labels are turned alike, by the picture's EXIF orientation.
func TestScenesAreTurned(t *testing.T) {
	var upright augment.Canvas
	dir := t.TempDir()
	files := map[string][]byte{}
	config, err := png.DecodeConfig(bytes.NewReader(picture(t, "orientation-6.png")))
	if err != nil {
		t.Fatal(err)
	}
	h, w := config.Height, config.Width // in the file
	labels := pngOf(t, h, w, func(y, x int) uint8 { return uint8((y*w + x) % 200) })
	for i := range 12 {
		files[fmt.Sprintf("images/%02d.png", i)], files[fmt.Sprintf("labels/%02d.png", i)] = picture(t, "orientation-6.png"), labels
	}
	writeAll(t, dir, files)
	set := mustOpen(t, "folder:"+dir, Options{})
	if !slices.Equal(set.Shape, []int{w, h, 3}) {
		t.Fatalf("%v of pictures of %d rows and %d columns in the file", set.Shape, h, w)
	}
	if n, _, err := set.Turned(t.Context()); n != 12 || err != nil {
		t.Errorf("%d are turned, %v", n, err)
	}
	upright.Set(h, w, 1)
	for i := range upright.Pix {
		upright.Pix[i] = uint8(i % 200)
	}
	upright.Orient(6)
	got := make([]int32, h*w)
	if err := set.Train.(Segmented).ReadPixels(t.Context(), 0, got); err != nil {
		t.Fatal(err)
	}
	for k, v := range upright.Pix {
		if got[k] != int32(v) {
			t.Fatalf("pixel %d has the label %d, want %d", k, got[k], v)
		}
	}
	// Labels that were drawn on the upright picture are told apart.
	files["labels/03.png"] = pngOf(t, w, h, func(y, x int) uint8 { return uint8(y % 2) })
	writeAll(t, dir, files)
	if _, err := Open(t.Context(), "folder:"+dir, Options{}); err == nil || !strings.Contains(err.Error(), "03.png turned upright") {
		t.Error(err)
	}
}

func TestSceneErrors(t *testing.T) {
	good := sceneFilesOf(t, ".", 12)
	colours := image.NewNRGBA(image.Rect(0, 0, 6, 4))
	colours.Set(1, 1, color.NRGBA{1, 2, 3, 255})
	masks := map[string][]byte{}
	for name, file := range good {
		if masks[name] = file; strings.Contains(name, "labels") {
			masks[name] = pngOf(t, 4, 6, func(y, x int) uint8 { return uint8(255 * (x % 2)) })
		}
	}
	change := func(name string, file []byte) map[string][]byte {
		files := maps.Clone(good)
		if delete(files, "./"+name); file != nil {
			files[name] = file
		}
		return files
	}
	bare := pngOf(t, 4, 6, func(y, x int) uint8 { return uint8(y % 2) })
	for _, test := range []struct {
		files       map[string][]byte
		query, want string
	}{
		{change("labels/02.png", nil), "", "images/02.png has no labels: there is no "},
		{change("labels/02.png", pngOf(t, 4, 5, func(int, int) uint8 { return 0 })), "", "labels/02.png: labels of 4 rows and 5 columns for "},
		{change("labels/02.png", encodePNG(t, colours)), "", "labels/02.png: labels of pixels must be a palette or gray"},
		{change("labels/02.png", good["./labels/00.png"][:50]), "", "labels/02.png: "},
		{change("images/02.png", []byte("text")), "", "images/02.png: neither JPEG"},
		{change("images/02.jpg", bare), "", "differ in their endings alone"},
		{change("classes.txt", []byte("a\nb\nc\n")), "", "labels/00.png has the label 3, which is none of the 3 classes, nor void"},
		{change("classes.txt", []byte("a\nb\n\nc\nd\n")), "", "classes.txt:3: a line without a name"},
		{change("classes.txt", []byte("a\nb\nb\nd\n")), "", `classes.txt:3: "b" is the name of label 1 already`},
		{change("classes.txt", []byte("\n")), "", "classes.txt has no names"},
		{change("classes.txt", bytes.Repeat([]byte("a\n"), 1)), "", "of one class or of none"},
		{masks, "", "the label 255 is void: where it is a class, as in masks of 0 and 255, write it as 1"},
		{together(masks, map[string][]byte{"classes.txt": []byte("sky\nroad\n")}), "", `every training pixel is of "sky" or void`},
		{good, "?void=none", "make more classes than 254"},
		{good, "?void=256", "not a number in [0, 255]"},
		{good, "?void=1.5", `"1.5" is not a label`},
		{good, "?size=4x", "neither a side nor HxW"},
		{good, "?size=4x9000", "neither a side nor HxW"},
		{good, "?resize=4", "is of no use where pixels have labels"},
		{good, "?task=regression", `"regression" is none of classification, segmentation`},
		{change("test/images/1.png", bare), "?train=.", "test has no folder labels"},
		{map[string][]byte{"cat/1.png": bare, "dog/1.png": bare}, "?task=segmentation", "has no folder images: where pixels have labels, images "},
		{map[string][]byte{"cat/1.png": bare, "dog/1.png": bare}, "?void=3", "is of no use where pixels have no labels"},
		{map[string][]byte{"images/1.png": bare, "labels/1.txt": bare}, "", "labels has no labels (.png)"},
		{together(good, map[string][]byte{"images/99.png": pngOf(t, 5, 6, func(int, int) uint8 { return 0 }), "labels/99.png": pngOf(t, 5, 6, func(int, int) uint8 { return 0 })}), "",
			"images/99.png 5 and 6; HxW resizes all to H rows and W columns"},
	} {
		dir := t.TempDir()
		writeAll(t, dir, test.files)
		_, err := Open(context.Background(), "folder:"+dir+test.query, Options{})
		if err == nil || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: error %v, want one line with %q", test.query, err, test.want)
		}
	}
	// Folders called images and labels may be classes.
	dir := t.TempDir()
	writeAll(t, dir, good)
	if set := mustOpen(t, "folder:"+dir+"?task=classification&size=4", Options{}); set.Task != Classification || !slices.Equal(set.Classes, []string{"images", "labels"}) {
		t.Errorf("%s, classes %q", set.Task, set.Classes)
	}
}

// Void may stand among the classes, labels without a picture are told, and pictures of any size become one.
func TestSceneOptions(t *testing.T) {
	dir := t.TempDir()
	writeAll(t, dir, together(sceneFilesOf(t, ".", 12), map[string][]byte{
		"classes.txt": []byte("a\nnothing\nc\nd\n"), "labels/alone.png": pngOf(t, 4, 6, func(int, int) uint8 { return 0 }), "notes.txt": nil,
		"images/99.png": pngOf(t, 50, 30, func(y, x int) uint8 { return uint8(20 * (x / 15)) }), "labels/99.png": pngOf(t, 50, 30, func(y, x int) uint8 { return uint8(x / 15) }),
	}))
	files := readAllLabels(t, dir)
	if _, err := Open(t.Context(), "folder:"+dir+"?void=1", Options{}); err == nil || !strings.Contains(err.Error(), "option size: is needed") {
		t.Error(err)
	}
	if _, err := Open(t.Context(), "folder:"+dir+"?void=1&size=8x12", Options{}); err == nil || !strings.Contains(err.Error(), "has the label 255, which is none of the 3 classes") {
		t.Error(err)
	}
	for name := range files { // without the label 255
		file, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		img, err := png.Decode(bytes.NewReader(file))
		if err != nil {
			t.Fatal(err)
		}
		gray := img.(*image.Gray)
		for i, v := range gray.Pix {
			if v == 255 {
				gray.Pix[i] = 1
			}
		}
		if err := os.WriteFile(name, encodePNG(t, gray), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	set := mustOpen(t, "folder:"+dir+"?void=1&size=8x12", Options{TrainSize: 5})
	checkSet(t, set)
	if !slices.Equal(set.Classes, []string{"a", "c", "d"}) || !slices.Equal(set.Shape, []int{8, 12, 3}) || set.Train.Len() != 5 {
		t.Errorf("classes %q, shape %v, %d training samples", set.Classes, set.Shape, set.Train.Len())
	}
	if text := set.Taken.LeftOutText(); !strings.Contains(text, "labels without a picture (labels/alone.png)") || !strings.Contains(text, "file beside the parts (notes.txt)") || strings.Contains(text, "images") {
		t.Errorf("left out %q", text)
	}
	labels := make([]int32, 96)
	seen := map[int32]bool{}
	for i := range set.Train.Len() {
		if err := set.Train.(Segmented).ReadPixels(t.Context(), i, labels); err != nil {
			t.Fatal(err)
		}
		for _, k := range labels {
			seen[k] = true
		}
	}
	if got := slices.Sorted(maps.Keys(seen)); !slices.Equal(got, []int32{Void, 0, 1, 2}) {
		t.Errorf("labels %v", got)
	}
}

// readAllLabels are the files of labels below a folder.
func readAllLabels(t testing.TB, dir string) map[string]bool {
	t.Helper()
	all := map[string]bool{}
	for _, pattern := range []string{"labels/*.png", "labels/deeper/*.png"} {
		names, err := filepath.Glob(filepath.Join(dir, pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			all[name] = true
		}
	}
	return all
}

// Check and SkipBroken find pairs of which either is broken, and Check twins with other labels.
func TestBrokenScenes(t *testing.T) {
	dir := t.TempDir()
	files := sceneFilesOf(t, ".", 20)
	files["./labels/02.png"] = []byte("text")
	files["./images/04.png"] = nil
	files["./labels/06.png"] = pngOf(t, 2, 2, func(int, int) uint8 { return 0 })
	files["./images/08.png"] = files["./images/10.png"]
	writeAll(t, dir, together(files, map[string][]byte{"classes.txt": []byte("a\nb\nc\nd\ne\n")}))
	if _, err := Open(t.Context(), "folder:"+dir, Options{}); err == nil || !strings.Contains(err.Error(), "labels/02.png: labels of pixels must be a PNG file") {
		t.Error(err)
	}
	c, err := Check(t.Context(), "folder:"+dir, Options{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Broken) != 3 || c.Within.Count+c.Between.Count != 1 || c.Conflicts.Count != 1 || c.Samples != 20 {
		t.Errorf("%d samples, broken %v, twins %v, %v, conflicts %v", c.Samples, c.Broken, c.Within, c.Between, c.Conflicts)
	}
	if !slices.ContainsFunc(c.Odd, func(o Odd) bool { return strings.Contains(o.What, `train has no sample of class "e"`) }) {
		t.Errorf("odd %v", c.Odd)
	}
	set := mustOpen(t, "folder:"+dir, Options{SkipBroken: true})
	if n := set.Train.Len() + set.Validation.Len() + set.Test.Len(); n != 17 || len(set.Broken) != 3 {
		t.Errorf("%d samples, broken %v", n, set.Broken)
	}
	sum := c.Sum
	files["./labels/01.png"], files["./labels/deeper/01.png"] = nil, pngOf(t, 4, 6, func(int, int) uint8 { return 1 })
	delete(files, "./labels/01.png")
	writeAll(t, dir, files)
	if c, err = Check(t.Context(), "folder:"+dir, Options{}, nil); err != nil || c.Sum == sum {
		t.Errorf("other labels have the sum %s, %v", c.Sum, err)
	}
}

// The frames of CamVid, smaller, in the official parts. The counts of pixels are those of Pillow over the files.
func TestCamvid(t *testing.T) {
	dir := realData(t, "camvid")
	unpacked := untar(t, filepath.Join(dir, "camvid160.tar"))
	set := mustOpen(t, "camvid", Options{Dir: unpacked})
	checkSet(t, set)
	if set.Train.Len() != 367 || set.Validation.Len() != 101 || set.Test.Len() != 233 || !slices.Equal(set.Shape, []int{120, 160, 3}) || len(set.Classes) != 11 {
		t.Fatalf("%d, %d, %d samples of %v, classes %q", set.Train.Len(), set.Validation.Len(), set.Test.Len(), set.Shape, set.Classes)
	}
	counts := make([]int, 12)
	labels := make([]int32, 120*160)
	for i := range set.Validation.Len() {
		if err := set.Validation.(Segmented).ReadPixels(t.Context(), i, labels); err != nil {
			t.Fatal(err)
		}
		for _, k := range labels {
			if k == Void {
				k = 11
			}
			counts[k]++
		}
	}
	if want := []int{178017, 503501, 11032, 561424, 169069, 316870, 17227, 59609, 33936, 12604, 43000, 32911}; !slices.Equal(counts, want) {
		t.Errorf("pixels of each class, void last: %v, want %v", counts, want)
	}
	small := mustOpen(t, "camvid?size=30x40", Options{Dir: unpacked, TrainSize: 10})
	if !slices.Equal(small.Shape, []int{30, 40, 3}) || small.Train.Len() != 10 {
		t.Errorf("%v, %d training samples", small.Shape, small.Train.Len())
	}
}

// Any two files are a pair, or broken with one of their names.
func FuzzScenes(f *testing.F) {
	f.Add(pngOf(f, 4, 6, func(y, x int) uint8 { return uint8(x) }), pngOf(f, 4, 6, func(y, x int) uint8 { return uint8(y) }))
	f.Add(picture(f, "orientation-6.jpg"), pngOf(f, 4, 6, func(y, x int) uint8 { return 255 }))
	f.Add(picture(f, "rgb.png"), picture(f, "palette.png"))
	dir := f.TempDir()
	n := &norm{}
	n.set(make([]float64, 3), []float64{1, 1, 1})
	s := &scenes{pictures: []string{filepath.Join(dir, "picture")}, labels: []string{filepath.Join(dir, "labels")}, size: augment.Resize{H: 3, W: 5}, classes: newClassTable(4, 255), norm: n}
	f.Fuzz(func(t *testing.T, picture, labels []byte) {
		for _, file := range [][]byte{picture, labels} {
			if config, _, err := image.DecodeConfig(bytes.NewReader(file)); err == nil && config.Width*config.Height > 1<<20 {
				return // too large to be tried often
			}
		}
		if err := errors.Join(os.WriteFile(s.pictures[0], picture, 0o600), os.WriteFile(s.labels[0], labels, 0o600)); err != nil {
			t.Fatal(err)
		}
		x, got := make([]float32, 45), make([]int32, 15)
		if err := readPair(context.Background(), s, 0, x, got); err != nil {
			if !strings.Contains(err.Error(), dir) || strings.Contains(err.Error(), "\n") {
				t.Fatalf("not one line that names a file: %q", err)
			}
			return
		}
		for _, k := range got {
			if k < Void || k > 3 {
				t.Fatalf("the label %d of 4 classes", k)
			}
		}
	})
}
