package data

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
)

// classTree are the files of two classes, n pictures each, below a folder.
func classTree(t testing.TB, files map[string][]byte, below string, n int) map[string][]byte {
	if files == nil {
		files = make(map[string][]byte)
	}
	for _, class := range []string{"cat", "dog"} {
		for i := range n {
			files[below+class+"/"+string(rune('a'+i))+".png"] = picture(t, "rgb.png")
		}
	}
	return files
}

func sizesOf(set *Set) [3]int { return [3]int{set.Train.Len(), set.Validation.Len(), set.Test.Len()} }

// What tools and systems leave in a folder is in no sample and no class, wherever it lies, and counted.
func TestFolderLeavesOutLitter(t *testing.T) {
	png := picture(t, "rgb.png")
	clean := t.TempDir()
	writeAll(t, clean, classTree(t, nil, "", 10))
	want := mustOpen(t, "folder:"+clean, Options{})
	for _, test := range []struct{ file, reason, example string }{
		{"cat/.ipynb_checkpoints/a.png", "hidden folder", "cat/.ipynb_checkpoints"},
		{"cat/deeper/.thumbnails/a.png", "hidden folder", "cat/deeper/.thumbnails"},
		{".thumbnails/a.png", "hidden folder", ".thumbnails"},
		{"cat/._a.png", "hidden file", "cat/._a.png"},
		{"@eaDir/a.png", "folder of a tool or system", "@eaDir"},
		{"dog/@eaDir/SYNOPHOTO_THUMB_M.jpg", "folder of a tool or system", "dog/@eaDir"},
		{"__MACOSX/cat/a.png", "folder of a tool or system", "__MACOSX"},
		{"lost+found/a.png", "folder of a tool or system", "lost+found"},
		{"$RECYCLE.BIN/a.png", "folder of a tool or system", "$RECYCLE.BIN"},
		{"cat/Thumbs.db", "file of a tool or system", "cat/Thumbs.db"},
		{"desktop.ini", "file of a tool or system", "desktop.ini"},
		{"cat/notes.TXT", "no image (.txt)", "cat/notes.TXT"},
		{"cat/README", "no image", "cat/README"},
		{"labels.csv", "no image (.csv)", "labels.csv"},
		{"stray.png", "image in no class", "stray.png"},
	} {
		dir := t.TempDir()
		files := classTree(t, nil, "", 10)
		files[test.file] = png
		writeAll(t, dir, files)
		set := mustOpen(t, "folder:"+dir, Options{})
		if !slices.Equal(set.Classes, want.Classes) || sizesOf(set) != sizesOf(want) {
			t.Errorf("%s: classes %q, %v samples; without it %v", test.file, set.Classes, sizesOf(set), sizesOf(want))
		}
		if left := []LeftOut{{test.reason, 1, filepath.FromSlash(test.example)}}; !slices.Equal(set.Taken.LeftOut, left) {
			t.Errorf("%s: left out %v, want %v", test.file, set.Taken.LeftOut, left)
		}
	}
	if len(want.Taken.LeftOut) > 0 || want.Taken.LeftOutText() != "" {
		t.Errorf("left out of a clean folder: %v", want.Taken.LeftOut)
	}
}

func TestTaken(t *testing.T) {
	dir := t.TempDir()
	files := classTree(t, classTree(t, nil, "train/", 4), "test/", 3)
	files["train/dog/more.png"] = picture(t, "rgb.png")
	for i := range 30 {
		files["train/cat/x."+strings.Repeat("y", i/10+1)+string(rune('a'+i%10))] = nil
	}
	files["README.md"], files["models/net.pt"] = nil, nil
	writeAll(t, dir, files)
	taken := mustOpen(t, "folder:"+dir, Options{Validation: -1}).Taken
	if got, want := taken.String(), "train 9 (cat 4, dog 5), test 6 (3 of each of 2 classes)"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	total, reasons := 0, len(taken.LeftOut)
	for _, l := range taken.LeftOut {
		total += l.Count
	}
	if total != 32 || reasons > leftOutReasons+1 {
		t.Errorf("%d left out for %d reasons: %v", total, reasons, taken.LeftOut)
	}
	if text := taken.LeftOutText(); !strings.HasPrefix(text, "1 × file beside the parts (README.md), 1 × folder beside the parts (models), ") {
		t.Errorf("%q", text)
	}
	text, err := json.Marshal(taken)
	if err != nil || !strings.HasPrefix(string(text), `{"classes":["cat","dog"],"parts":[{"part":"train","dir":"train","counts":[4,5]},{"part":"test","dir":"test","counts":[3,3]}],"left_out":[{"reason":"file beside the parts","count":1,"example":"README.md"}`) {
		t.Errorf("%s, %v", text, err)
	}
	many := make([]string, 12)
	if got := CountsText([]int{3, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2}, many); got != "1 to 3 of each of 12 classes" {
		t.Errorf("%q", got)
	}
}

// Folders that look like parts and would become classes, or would not be read, are refused with the option
// that names them.
func TestFolderLookalikes(t *testing.T) {
	tree := func(below ...string) map[string][]byte {
		var files map[string][]byte
		for _, b := range below {
			files = classTree(t, files, b+"/", 4)
		}
		return files
	}
	for _, test := range []struct {
		folders []string
		want    string // of the error
		advice  string // the parameters to add
	}{
		{[]string{"Training", "Testing"}, "has Testing, Training, which looks like a part", "?train=Training&test=Testing, or"},
		{[]string{"train", "testing"}, "has testing, which", "?train=train&test=testing, or"},
		{[]string{"Train", "TEST"}, "has TEST, Train", "?train=Train&test=TEST, or"},
		{[]string{"train", "valid_set"}, "has valid_set", "?train=train&validation=valid_set, or"},
		{[]string{"train", "Test", "test"}, "has Test, which", "?train=train&test=test, or"},
		{[]string{"train2017", "val2017"}, "has train2017, val2017", "?train=train2017&validation=val2017, or"},
		{[]string{"seg_train", "seg_test"}, "has seg_test, seg_train", "?train=seg_train&test=seg_test, or"},
		{[]string{"training-images", "dev"}, "has training-images, dev", "?train=training-images&validation=dev, or"},
		{[]string{"train", "eval"}, "has eval", "?train=train&test=eval, or"},
		{[]string{"a", "b", "test"}, "has test, which", "?train=.&test=test, or"},
		{[]string{"train", "val", "validation"}, "has the folders val and validation", "?validation=val"},
		{[]string{"cat/train", "cat/test", "dog/train", "dog/test"}, "cat holds test and train: the folders of parts must lie above those of classes", "train/cat; say ?train=."},
	} {
		dir := t.TempDir()
		writeAll(t, dir, tree(test.folders...))
		_, err := Open(t.Context(), "folder:"+dir, Options{})
		if err == nil || !strings.Contains(err.Error(), test.want) || !strings.Contains(err.Error(), test.advice) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%q: %v; want %q and %q", test.folders, err, test.want, test.advice)
		}
	}
	for _, folders := range [][]string{
		{"bullet train", "car"}, {"dev", "ops"}, {"tests", "trains"}, {"test tube", "train ticket"}, {"evaluation", "holdout"}, {"image", "set"},
	} {
		dir := t.TempDir()
		writeAll(t, dir, tree(folders...))
		if set := mustOpen(t, "folder:"+dir, Options{}); !slices.Equal(set.Classes, folders) {
			t.Errorf("%q: classes %q", folders, set.Classes)
		}
	}
}

func TestFolderNamedParts(t *testing.T) {
	dir := t.TempDir()
	files := classTree(t, classTree(t, classTree(t, nil, "Training/", 10), "Testing/", 5), "more/held out/", 3)
	files["Testing/cat/more.png"] = picture(t, "rgb.png")
	writeAll(t, dir, files)
	for query, want := range map[string][3]int{
		"?train=Training&test=Testing":                          {18, 2, 11},
		"?train=Training":                                       {16, 2, 2},
		"?train=Training&validation=more/held out":              {18, 2, 6}, // what validates without a test part is the test part
		"?train=Training&validation=more/held out&test=Testing": {20, 6, 11},
		"?train=Testing&test=Training":                          {10, 1, 20},
	} {
		if set := mustOpen(t, "folder:"+dir+query, Options{}); sizesOf(set) != want || !slices.Equal(set.Classes, []string{"cat", "dog"}) {
			t.Errorf("%s: %v samples of %q, want %v", query, sizesOf(set), set.Classes, want)
		}
	}
	set := mustOpen(t, "folder:"+dir+"?train=.", Options{})
	if want := []string{"Testing", "Training", "more"}; !slices.Equal(set.Classes, want) {
		t.Errorf("classes %q, want %q", set.Classes, want)
	}
	// The folder of a part is no class of another.
	dir = t.TempDir()
	writeAll(t, dir, classTree(t, classTree(t, nil, "", 4), "holdout/", 2))
	if set := mustOpen(t, "folder:"+dir+"?train=.&test=holdout", Options{Validation: -1}); sizesOf(set) != [3]int{8, 0, 4} {
		t.Errorf("%v samples of %q", sizesOf(set), set.Classes)
	}
}

func TestFolderNamedPartsErrors(t *testing.T) {
	dir := t.TempDir()
	writeAll(t, dir, classTree(t, classTree(t, nil, "a/", 1), "b/", 1))
	for query, want := range map[string]string{
		"?train=c":               "option train: ",
		"?train=../x":            `"../x" does not lie in`,
		"?train=/etc":            `"/etc" does not lie in`,
		"?train=a&test=a":        "a lies in that of ",
		"?train=a&test=a/cat":    "option test: a/cat lies in that of train, a",
		"?test=b":                "option train: is missing",
		"?train=a&testing=b":     `option testing: unknown: did you mean "test"`,
		"?train=a&validation=./": "option train: a lies in that of validation, .",
	} {
		if _, err := Open(t.Context(), "folder:"+dir+query, Options{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", query, err, want)
		}
	}
}

// Links are followed, each folder is read once, and what is no file does not stop the reading.
func TestFolderLinks(t *testing.T) {
	dir, elsewhere := t.TempDir(), t.TempDir()
	writeAll(t, dir, classTree(t, nil, "", 10))
	writeAll(t, elsewhere, classTree(t, nil, "", 4))
	for link, to := range map[string]string{
		"cat/b-more":  filepath.Join(elsewhere, "cat"), // between a.png and b.png
		"cat/z-again": filepath.Join(elsewhere, "cat"),
		"cat/circle":  dir,
		"cat/up":      "..",
		"cat/root":    "/",
		"cat/self":    "self",
		"cat/own":     "../dog",
		"dog/gone":    "nowhere",
		"dog/x.png":   "a.png",
		"emu":         filepath.Join(elsewhere, "dog"),
	} {
		if err := os.Symlink(to, filepath.Join(dir, link)); err != nil {
			t.Fatal(err)
		}
	}
	if err := syscall.Mkfifo(filepath.Join(dir, "cat/pipe.png"), 0o600); err != nil {
		t.Fatal(err)
	}
	set := mustOpen(t, "folder:"+dir+"?train=.", Options{Validation: -1})
	if want := []string{"cat", "dog", "emu"}; !slices.Equal(set.Classes, want) {
		t.Errorf("classes %q, want %q", set.Classes, want)
	}
	if got, want := set.Taken.Parts[0].Counts, []int{14, 11, 4}; !slices.Equal(got, want) {
		t.Errorf("%d samples of the classes, want %d", got, want)
	}
	left := map[string]int{}
	for _, l := range set.Taken.LeftOut {
		left[l.Reason] = l.Count
	}
	if want := map[string]int{"link to a folder that is read already": 5, "broken link": 2, "no regular file": 1}; !maps.Equal(left, want) {
		t.Errorf("left out %v, want %v", left, want)
	}
	paths := set.Train.(*imagePart).base.(*photos).paths[:14]
	if !slices.IsSortedFunc(paths, comparePaths) || paths[1] != filepath.Join(dir, "cat/b-more/a.png") {
		t.Errorf("paths %q", paths)
	}
}

// The order of paths is that of a walk.
func TestComparePaths(t *testing.T) {
	dir := t.TempDir()
	var walked []string
	writeAll(t, dir, map[string][]byte{"a/b": nil, "a-b": nil, "a.b": nil, "a/b.c": nil, "aa": nil, "a b/c": nil, "a/a/z": nil, "b": nil})
	if err := filepath.WalkDir(dir, func(path string, e os.DirEntry, err error) error {
		if !e.IsDir() {
			walked = append(walked, path)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	sorted := slices.Clone(walked)
	slices.Reverse(sorted)
	if slices.SortFunc(sorted, comparePaths); !slices.Equal(sorted, walked) {
		t.Errorf("%q, a walk gives %q", sorted, walked)
	}
	if comparePaths("a", "a") != 0 || comparePaths("a", "a/b") >= 0 {
		t.Error("a path is not after those above it")
	}
}
