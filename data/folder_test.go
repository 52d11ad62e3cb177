package data

import (
	"archive/tar"
	"context"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/vicinal-ml/vicinal/data/augment"
)

// picture is a small file in one of the formats.
func picture(t testing.TB, name string) []byte {
	t.Helper()
	file, err := os.ReadFile(filepath.Join("internal/photo/testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return file
}

func TestFolderLayouts(t *testing.T) {
	jpg, png, webp := picture(t, "rgb.jpg"), picture(t, "rgb.png"), picture(t, "lossless.webp")
	flat := map[string][]byte{}
	for _, class := range []string{"cat", "dog"} {
		for i := range 10 {
			for ext, file := range map[string][]byte{".JPEG": jpg, ".png": png, ".webp": webp} {
				flat[class+"/"+strings.Repeat("x", i+1)+ext] = file
			}
		}
		flat[class+"/deeper/one.jpg"] = jpg
		flat[class+"/notes.txt"] = []byte("not an image")
		flat[class+"/.hidden.jpg"] = []byte("not an image")
	}
	under := func(parts ...string) map[string][]byte {
		files := map[string][]byte{".git/config": nil}
		for _, part := range parts {
			for name, file := range flat {
				files[part+"/"+name] = file
			}
		}
		return files
	}
	for _, test := range []struct {
		files                   map[string][]byte
		train, validation, test int
	}{
		{flat, 50, 6, 6},
		{under("train"), 50, 6, 6},
		{under("train", "val"), 56, 6, 62},
		{under("train", "test"), 56, 6, 62},
		{under("train", "validation", "test"), 62, 62, 62},
	} {
		dir := t.TempDir()
		writeAll(t, dir, test.files)
		set := mustOpen(t, "folder:"+dir+"?size=14", Options{})
		checkSet(t, set)
		if set.Train.Len() != test.train || set.Validation.Len() != test.validation || set.Test.Len() != test.test {
			t.Errorf("%d, %d, %d samples; want %d, %d, %d", set.Train.Len(), set.Validation.Len(), set.Test.Len(), test.train, test.validation, test.test)
		}
		if !slices.Equal(set.Classes, []string{"cat", "dog"}) || !slices.Equal(set.Shape, []int{14, 14, 3}) {
			t.Errorf("classes %q, shape %v", set.Classes, set.Shape)
		}
		var c augment.Canvas
		if err := set.Train.(Images).ReadImage(t.Context(), 0, &c); err != nil || c.H != 17 || c.W != 23 {
			t.Errorf("stored image of %d rows, %d columns, %v", c.H, c.W, err)
		}
	}
}

func TestFolderErrors(t *testing.T) {
	jpg := picture(t, "rgb.jpg")
	for _, test := range []struct {
		files map[string][]byte
		query string
		want  string
	}{
		{map[string][]byte{"a.jpg": jpg}, "", "has no folders"},
		{map[string][]byte{"a/x.txt": jpg}, "", "a has no images (.jpg, .jpeg, .jfif, .png, .webp, .gif, .bmp, .tif, .tiff); left out: 1 × no image (.txt) (a/x.txt)"},
		{map[string][]byte{"train/a/x.jpg": jpg, "train/c/x.jpg": jpg, "val/b/x.jpg": jpg}, "", `class "b" is not among`},
		{map[string][]byte{"train/a/x.jpg": jpg, "train/c/x.jpg": jpg, "val/x.jpg": jpg}, "", "val has no folders"},
		{map[string][]byte{"a/x.jpg": jpg}, "", "holds one folder, a: two classes at least"},
		{map[string][]byte{"photos/a/x.jpg": jpg, "photos/b/x.jpg": jpg}, "", "holds one folder, photos, and two classes at least are needed; photos holds a, b: say folder:"},
		{map[string][]byte{"archive/train/a/x.jpg": jpg, "archive/train/b/x.jpg": jpg, "archive/test/b/x.jpg": jpg}, "", "archive holds test, train: say folder:"},
		{map[string][]byte{"train/photos/a/x.jpg": jpg, "train/photos/b/x.jpg": jpg}, "", "say ?train=train/photos if those are meant"},
		{map[string][]byte{"train/a/x.jpg": jpg, "val": nil}, "", "val is not a folder"},
		{map[string][]byte{"a/x.jpg": jpg}, "?size=0", "is not a number in [1, 8192]"},
		{map[string][]byte{"a/x.jpg": jpg}, "?size=32&resize=31", "is not a number in [32, 16384]"},
	} {
		dir := t.TempDir()
		writeAll(t, dir, test.files)
		_, err := Open(context.Background(), "folder:"+dir+test.query, Options{})
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%q%s: %v, want %q", slices.Sorted(maps.Keys(test.files)), test.query, err, test.want)
		}
	}
	if _, err := Open(context.Background(), "folder:/no/such/folder", Options{}); err == nil || !strings.Contains(err.Error(), "no folder /no/such/folder") {
		t.Errorf("no folder: %v", err)
	}

	// A file that is no image is found when it is read, and named.
	dir := t.TempDir()
	writeAll(t, dir, map[string][]byte{"train/a/bad.jpg": []byte("text"), "train/a/cut.jpg": jpg[:len(jpg)/2], "train/b/x.jpg": jpg, "test/a/x.jpg": jpg})
	set := mustOpen(t, "folder:"+dir+"?size=8", Options{Validation: -1})
	x := make([]float32, set.Size())
	for i, want := range []string{"bad.jpg: neither JPEG", "cut.jpg: unexpected EOF"} {
		if err := set.Train.Read(t.Context(), i, x); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("sample %d: %v, want %q", i, err, want)
		}
	}
}

// A file that became a pipe after it was listed is an error by name, and nobody waits for its writer.
func TestFolderPipe(t *testing.T) {
	dir := t.TempDir()
	writeAll(t, dir, classTree(t, nil, "", 2))
	set := mustOpen(t, "folder:"+dir+"?size=8", Options{Validation: -1})
	path := set.Train.(*imagePart).base.(*photos).paths[0]
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	err := set.Train.(*imagePart).base.Read(t.Context(), 0, make([]float32, set.Size()))
	if err == nil || !strings.Contains(err.Error(), path+" is a pipe, not a file") {
		t.Errorf("%v", err)
	}
}

// untar unpacks a tar made by the project's own authors into a new folder.
func untar(t testing.TB, path string) string {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	dir := t.TempDir()
	for r := tar.NewReader(file); ; {
		h, err := r.Next()
		if err == io.EOF {
			return dir
		}
		if err != nil {
			t.Fatal(err)
		}
		if h.Typeflag != tar.TypeReg {
			continue
		}
		content, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		writeAll(t, dir, map[string][]byte{h.Name: content})
	}
}

func TestImageNet(t *testing.T) {
	dir := untar(t, realData(t, "imagenet/imagenet-sample.tar"))
	set := mustOpen(t, "imagenet", Options{Dir: dir, Validation: -1})
	checkReal := []Split{set.Train, set.Test}
	if set.Train.Len() != 250 || set.Test.Len() != 50 || len(set.Classes) != 250 || !slices.Equal(set.Shape, []int{224, 224, 3}) {
		t.Fatalf("%d, %d samples, %d classes, shape %v", set.Train.Len(), set.Test.Len(), len(set.Classes), set.Shape)
	}
	x := make([]float32, set.Size())
	for _, s := range checkReal {
		for i := 0; i < s.Len(); i += 10 {
			if err := s.Read(t.Context(), i, x); err != nil {
				t.Fatal(err)
			}
		}
	}
	if set.Classes[0] != "n01440764" {
		t.Errorf("first class %q", set.Classes[0])
	}
}
