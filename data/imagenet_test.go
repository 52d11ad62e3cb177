package data

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// flatImageNet has two training classes and a validation part of four images in one folder.
func flatImageNet(t testing.TB) map[string][]byte {
	jpg := picture(t, "rgb.jpg")
	files := map[string][]byte{"test/ILSVRC2012_test_00000001.JPEG": jpg}
	for _, class := range []string{"n02100735", "n02119789", "n04037443"} {
		for i := range 4 {
			files[fmt.Sprintf("train/%s/%s_%d.JPEG", class, class, i)] = jpg
		}
	}
	for i := range 4 {
		files[fmt.Sprintf("val/ILSVRC2012_val_%08d.JPEG", i+1)] = jpg
	}
	return files
}

const flatSynsets = "n04037443\nn02100735\nn02100735\nn02119789\n"

func structures(t testing.TB) []byte {
	t.Helper()
	b, err := os.ReadFile("internal/mat5/testdata/structures.mat")
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// The three files that tell the classes of a flat validation part lead to the same labels.
func TestImageNetFlatValidation(t *testing.T) {
	for name, truth := range map[string]map[string]string{
		"devkit":   {"ILSVRC2012_devkit_t12/data/ILSVRC2012_validation_ground_truth.txt": "3\n2\n2\n1\n", "ILSVRC2012_devkit_t12/data/meta.mat": string(structures(t))},
		"its data": {"val/ILSVRC2012_validation_ground_truth.txt": "3\n2\n2\n1\n", "val/meta.mat": string(structures(t))},
		"synsets":  {"imagenet_2012_validation_synset_labels.txt": flatSynsets},
		"kaggle": {"../../../LOC_val_solution.csv": "ImageId,PredictionString\nILSVRC2012_val_00000004,n02119789 1 2 3 4 \n" +
			"ILSVRC2012_val_00000001,n04037443 1 2 3 4 n04037443 5 6 7 8 \nILSVRC2012_val_00000002,n02100735 1 1 2 2\nILSVRC2012_val_00000003,n02100735 1 1 2 2\n"},
	} {
		dir := t.TempDir()
		inner := filepath.Join(dir, kaggleFolder)
		files := flatImageNet(t)
		for path, text := range truth {
			files[path] = []byte(text)
		}
		writeAll(t, inner, files)
		if name != "kaggle" {
			dir = inner
		}
		set := mustOpen(t, "imagenet?size=8", Options{Dir: dir, Validation: -1})
		if got := set.Test.Labels(); !slices.Equal(got, []int32{2, 0, 0, 1}) || set.Train.Len() != 12 {
			t.Errorf("%s: test labels %v, %d training samples", name, got, set.Train.Len())
		}
		if err := set.Test.Read(t.Context(), 3, make([]float32, 8*8*3)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestImageNetErrors(t *testing.T) {
	const synsets = "imagenet_2012_validation_synset_labels.txt"
	for _, test := range []struct {
		file, text, want string
	}{
		{"x", "", "val: no folders of classes, and none of ILSVRC2012_validation_ground_truth.txt, LOC_val_solution.csv and"},
		{synsets, "n04037443\n", "ILSVRC2012_val_00000002.JPEG is not called ILSVRC2012_val_N with N from 1 to 1"},
		{synsets, "n04037443\ntench\n", "labels.txt: line 2: \"tench\" is not a WordNet identifier"},
		{synsets, strings.ReplaceAll(flatSynsets, "n02119789", "n00000001"), `val: class "n00000001" of ILSVRC2012_val_00000004.JPEG is not among`},
		{"LOC_val_solution.csv", "ImageId,PredictionString\nILSVRC2012_val_00000001,n04037443 1 2 3 4\n", "LOC_val_solution.csv does not tell the class of ILSVRC2012_val_00000002.JPEG"},
		{"LOC_val_solution.csv", "ImageId,PredictionString\na,b\n", `line 2: "b" does not start with a WordNet`},
		{"LOC_val_solution.csv", "a,b,c\n", "wrong number of fields"},
		{devkitTruth, "1\n", "meta.mat"},
		{synsets, strings.Repeat("n04037443\n", 3) + strings.Repeat("n", 1<<17), "line 4: bufio.Scanner: token too long"},
	} {
		dir, files := t.TempDir(), flatImageNet(t)
		files[test.file] = []byte(test.text)
		writeAll(t, dir, files)
		if _, err := Open(context.Background(), "imagenet", Options{Dir: dir}); err == nil || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v, want one line with %q", test.file, err, test.want)
		}
	}
	dir, files := t.TempDir(), flatImageNet(t)
	files[devkitTruth], files[devkitSynset] = []byte("1\n4\n"), structures(t)
	writeAll(t, dir, files)
	if _, err := Open(context.Background(), "imagenet", Options{Dir: dir}); err == nil || !strings.Contains(err.Error(), `line 2: "4" is not the number of a class`) {
		t.Errorf("a number without a class: %v", err)
	}
	// A folder of images of one's own has no such lists.
	if _, err := Open(context.Background(), "folder:"+dir, Options{}); err == nil || !strings.Contains(err.Error(), "val has no folders") {
		t.Errorf("folder: %v", err)
	}
}

func FuzzGroundTruth(f *testing.F) {
	f.Add(uint8(0), []byte("3\n2\n2\n1\n"))
	f.Add(uint8(1), []byte("ImageId,PredictionString\nILSVRC2012_val_00000004,n02119789 1 2 3 4 \n"))
	f.Add(uint8(2), []byte(flatSynsets))
	f.Add(uint8(3), structures(f))
	dir := f.TempDir()
	writeAll(f, dir, map[string][]byte{devkitSynset: structures(f)})
	f.Fuzz(func(t *testing.T, kind uint8, file []byte) {
		if kind%4 == 3 {
			if synsets, err := parseSynsets(bytes.NewReader(file)); err == nil && len(synsets) == 0 {
				t.Fatal("no synsets and no error")
			}
			return
		}
		read := []func(string, *bytes.Reader) (*groundTruth, error){
			func(p string, r *bytes.Reader) (*groundTruth, error) { return readDevkit(p, r) },
			func(p string, r *bytes.Reader) (*groundTruth, error) { return readKaggle(p, r) },
			func(p string, r *bytes.Reader) (*groundTruth, error) { return readSynsets(p, r) },
		}[kind%4]
		truth, err := read(filepath.Join(dir, devkitTruth), bytes.NewReader(file))
		if err != nil {
			return
		}
		if class, err := truth.class("ILSVRC2012_val_00000001.JPEG"); err == nil && !isWordNet(class) {
			t.Fatalf("class %q", class)
		}
	})
}
