package data

import (
	"path/filepath"
	"strings"
	"testing"
)

// A file of the test part whose contents the training part has is told, whatever it is called.
func TestOverlap(t *testing.T) {
	tree := func() map[string][]byte {
		files := make(map[string][]byte)
		for _, part := range []string{"train", "val", "test"} {
			for _, class := range []string{"cat", "dog"} {
				for i := range 3 {
					// Equal sizes, other contents.
					files[part+"/"+class+"/"+string(rune('a'+i))+".png"] = []byte(part + strings.Repeat(" ", 5-len(part)) + class + string(rune('a'+i)))
				}
			}
		}
		return files
	}
	for _, test := range []struct {
		copies [][2]string // to and from
		files  int
		text   string
	}{
		{nil, 0, ""},
		{[][2]string{{"train/cat/x.png", "train/cat/a.png"}}, 0, ""}, // in one part
		{[][2]string{{"test/cat/x.png", "train/cat/a.png"}}, 1, "a file of the validation or test part is also in another part, so errors measured on it say nothing: DIR/test/cat/x.png is DIR/train/cat/a.png"},
		{[][2]string{{"test/cat/x.png", "train/dog/a.png"}, {"val/cat/y.jpg", "train/dog/b.png"}}, 2,
			"2 files of the validation and test parts are also in another part, so errors measured on them say nothing: DIR/val/cat/y.jpg is DIR/train/dog/b.png, …"},
		{[][2]string{{"test/cat/x.png", "val/dog/a.png"}}, 1, "is DIR/val/dog/a.png"},
	} {
		dir, files := t.TempDir(), tree()
		for _, c := range test.copies {
			files[c[0]] = files[c[1]]
		}
		writeAll(t, dir, files)
		o, looked, err := mustOpen(t, "folder:"+dir, Options{}).Overlap(t.Context())
		text := strings.ReplaceAll(o.String(), dir+string(filepath.Separator), "DIR/")
		if err != nil || !looked || o.Files != test.files || !strings.HasSuffix(text, test.text) || test.text == "" && text != "" {
			t.Errorf("%v: %d files, %q, %v, %v; want %d, %q", test.copies, o.Files, text, looked, err, test.files, test.text)
		}
	}
	if _, looked, err := mustOpen(t, "digits", Options{}).Overlap(t.Context()); looked || err != nil {
		t.Errorf("digits have files: %v, %v", looked, err)
	}
}

// Parts that are drawn from one folder are compared like those that lie in two.
func TestOverlapOfDrawnParts(t *testing.T) {
	dir, files := t.TempDir(), make(map[string][]byte)
	for _, class := range []string{"cat", "dog"} {
		for i := range 10 {
			for _, copied := range []string{"", " - copy"} {
				files[class+"/"+string(rune('a'+i))+copied+".png"] = []byte(class + string(rune('a'+i)))
			}
		}
	}
	writeAll(t, dir, files)
	set := mustOpen(t, "folder:"+dir, Options{})
	o, looked, err := set.Overlap(t.Context())
	if err != nil || !looked || o.Files < 1 || o.Files > set.Test.Len()+set.Validation.Len() {
		t.Errorf("%+v, %v, %v", o, looked, err)
	}
}
