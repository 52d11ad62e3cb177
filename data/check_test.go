package data

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
)

// marked is a picture with bytes after its end, which no decoder looks at.
func marked(jpg []byte, mark string) []byte { return append(slices.Clone(jpg), mark...) }

// checkedFolder is a folder of images with one of each thing that Check finds.
func checkedFolder(t testing.TB) string {
	jpg := picture(t, "rgb.jpg")
	files := map[string][]byte{
		"train/cat/cut.jpg":    jpg[:len(jpg)/2],
		"train/cat/empty.jpg":  {},
		"train/dog/text.png":   []byte("text"),
		"train/cat/same.jpg":   marked(jpg, "train 3"), // as one of its own class
		"train/dog/other.jpg":  marked(jpg, "train 4"), // as one of the other class
		"test/cat/leak.jpg":    marked(jpg, "train 5"), // as a training image
		"test/cat/fine.jpg":    marked(jpg, "test"),
		"val/cat/fine.jpg":     marked(jpg, "val"),
		"val/dog/cut too.jpeg": jpg[:len(jpg)/3],
		"train/fern/only.jpg":  marked(jpg, "fern"),
	}
	for i := range 20 {
		files[fmt.Sprintf("train/cat/%02d.jpg", i)] = marked(jpg, fmt.Sprint("train ", i))
		files[fmt.Sprintf("train/dog/%02d.jpg", i)] = marked(jpg, fmt.Sprint("dog ", i))
	}
	dir := t.TempDir()
	writeAll(t, dir, files)
	return dir
}

func mustCheck(t testing.TB, name string, opt Options) *Checkup {
	t.Helper()
	c, err := Check(t.Context(), name, opt, nil)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestCheckFolder(t *testing.T) {
	dir := checkedFolder(t)
	told, most := 0, 0
	c, err := Check(t.Context(), "folder:"+dir, Options{}, func(done, samples int) { told, most = told+1, samples })
	if err != nil {
		t.Fatal(err)
	}
	if c.Samples != 50 || told != 50 || most != 50 {
		t.Errorf("%d samples, told %d times of %d", c.Samples, told, most)
	}
	var broken []string
	for _, b := range c.Broken {
		broken = append(broken, b.Part+" "+strings.TrimPrefix(b.Path, dir)+": "+b.Reason)
	}
	for i, want := range []string{
		"train /train/cat/cut.jpg: unexpected EOF", "train /train/cat/empty.jpg: ", "train /train/dog/text.png: neither", "validation /val/dog/cut too.jpeg: unexpected EOF",
	} {
		if len(broken) != 4 || !strings.HasPrefix(broken[i], want) {
			t.Errorf("broken %q, want %q", broken, want)
		}
	}
	twin := func(tw Twins) (pairs []string) {
		if tw.Count != len(tw.Pairs) {
			t.Errorf("%d pairs, %d named", tw.Count, len(tw.Pairs))
		}
		for _, p := range tw.Pairs {
			pairs = append(pairs, strings.ReplaceAll(fmt.Sprint(p.Sample.Name, " = ", p.First.Name), dir, ""))
		}
		return pairs
	}
	for _, test := range []struct {
		got  Twins
		want []string
	}{
		{c.Between, []string{"/test/cat/leak.jpg = /train/cat/05.jpg"}},
		{c.Within, []string{"/train/cat/same.jpg = /train/cat/03.jpg", "/train/dog/other.jpg = /train/cat/04.jpg"}},
		{c.Conflicts, []string{"/train/dog/other.jpg = /train/cat/04.jpg"}},
	} {
		if got := twin(test.got); !slices.Equal(got, test.want) {
			t.Errorf("%q, want %q", got, test.want)
		}
	}
	var odd []string
	for _, o := range c.Odd {
		odd = append(odd, o.What)
	}
	want := []string{
		`few training samples of class "fern" (1), 23 of class "cat"`, `validation has no sample of class "fern"`, `test has no sample of class "dog", class "fern"`,
	}
	if !slices.Equal(odd, want) {
		t.Errorf("odd %q, want %q", odd, want)
	}
}

// The sum is of what the set holds, not of where it lies, and of all of that.
func TestCheckSum(t *testing.T) {
	jpg := picture(t, "rgb.jpg")
	files := map[string][]byte{}
	for _, class := range []string{"a", "b"} {
		for i := range 12 {
			files[fmt.Sprintf("%s/%02d.jpg", class, i)] = marked(jpg, fmt.Sprint(class, i))
		}
	}
	sum := func(change func(map[string][]byte)) string {
		files := maps.Clone(files)
		change(files)
		dir := t.TempDir()
		writeAll(t, dir, files)
		return mustCheck(t, "folder:"+dir, Options{}).Sum
	}
	same := sum(func(map[string][]byte) {})
	if again := sum(func(map[string][]byte) {}); again != same || len(same) != 64 {
		t.Errorf("%s and %s of equal folders", same, again)
	}
	for name, change := range map[string]func(map[string][]byte){
		"a byte":  func(f map[string][]byte) { f["a/03.jpg"] = marked(jpg, "A3") },
		"a label": func(f map[string][]byte) { f["b/99.jpg"] = f["a/03.jpg"]; delete(f, "a/03.jpg") },
		"a class": func(f map[string][]byte) {
			for i := range 12 {
				from := fmt.Sprintf("b/%02d.jpg", i)
				f["c"+from[1:]] = f[from]
				delete(f, from)
			}
		},
		"a sample": func(f map[string][]byte) { delete(f, "b/05.jpg") },
	} {
		if sum(change) == same {
			t.Errorf("%s changes, and the sum does not", name)
		}
	}
}

func TestCheckTable(t *testing.T) {
	var table strings.Builder
	table.WriteString("one,two,same,empty,y\n")
	for i := range 60 {
		fmt.Fprintf(&table, "%d,%d,7,%s,%s\n", i, i*i, []string{"", "3"}[i%2], []string{"no", "yes"}[i%2])
	}
	table.WriteString("4,16,7,,no\n5,25,7,3,no\n") // row 5 again, row 6 as another class
	dir := t.TempDir()
	writeAll(t, dir, map[string][]byte{"t.csv": []byte(table.String())})
	c := mustCheck(t, "csv:"+dir+"/t.csv", Options{})
	if c.Samples != 62 || len(c.Broken) != 0 || c.Between.Count+c.Within.Count != 2 || c.Conflicts.Count != 1 {
		t.Errorf("%+v", c)
	}
	p := c.Conflicts.Pairs[0]
	if names := []string{p.Sample.Name, p.First.Name}; !slices.Contains(names, "row 6") || !slices.Contains(names, "row 62") || p.Sample.Class == p.First.Class {
		t.Errorf("%+v", p)
	}
	var odd []string
	for _, o := range c.Odd {
		odd = append(odd, o.What)
	}
	if want := []string{`column "same" is 7 in every row`, `column "empty" is 3 in every row that has a value`}; !slices.Equal(odd, want) {
		t.Errorf("odd %q, want %q", odd, want)
	}
}

// Every set that opens without files can be checked, and so can all that other tests make.
func TestCheckEverywhere(t *testing.T) {
	for _, name := range []string{"digits", "iris", "toy:moons", "synthetic:1x2x3:4"} {
		c := mustCheck(t, name, Options{})
		if len(c.Broken) > 0 || c.Samples < 100 || c.Bytes == 0 {
			t.Errorf("%s: %d samples, %d bytes, broken %v", name, c.Samples, c.Bytes, c.Broken)
		}
	}
	c := mustCheck(t, "fsdd", Options{Dir: smallFSDD(t)})
	if c.Samples != 100 || c.Between.Count+c.Within.Count != 90 || len(c.Broken) > 0 {
		t.Errorf("fsdd: %d samples, %d and %d twins, broken %v", c.Samples, c.Between.Count, c.Within.Count, c.Broken)
	}
}

func TestCheckStops(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	told := 0
	_, err := Check(ctx, "synthetic:3x8x8:10", Options{}, func(int, int) {
		if told++; told == 100 {
			cancel()
		}
	})
	if !errors.Is(err, context.Canceled) || told > 200 {
		t.Errorf("%v after %d samples", err, told)
	}
}

func TestSkipBroken(t *testing.T) {
	dir := checkedFolder(t)
	name := "folder:" + dir + "?size=8"
	whole := mustOpen(t, name, Options{})
	told := 0
	opt := Options{SkipBroken: true, Told: func(int, int) { told++ }}
	set := mustOpen(t, name, opt)
	if got, want := []int{set.Train.Len(), set.Validation.Len(), set.Test.Len()}, []int{whole.Train.Len() - 3, whole.Validation.Len() - 1, whole.Test.Len()}; !slices.Equal(got, want) {
		t.Errorf("%d samples, want %d", got, want)
	}
	if len(set.Broken) != 4 || set.Broken[3].Part != "validation" || told != 50 {
		t.Errorf("%v, told %d times", set.Broken, told)
	}
	if text := strings.Join(set.Remarks, "\n"); !strings.Contains(text, "4 broken files are left out: "+dir+"/train/cat/cut.jpg (unexpected EOF) and 3 more") {
		t.Errorf("remarks %q", text)
	}
	x := make([]float32, set.Size())
	for _, s := range []Split{set.Train, set.Validation, set.Test} {
		for i := range s.Len() {
			if err := s.Read(t.Context(), i, x); err != nil {
				t.Error(err)
			}
		}
	}
	// What is known of files is kept as long as they are as they were.
	if again := mustOpen(t, name, opt); told != 50 || !slices.Equal(again.Broken, set.Broken) {
		t.Errorf("%v, told %d times", again.Broken, told)
	}
	writeAll(t, dir, map[string][]byte{"train/cat/00.jpg": []byte("text")})
	if again := mustOpen(t, name, opt); told != 100 || len(again.Broken) != 5 {
		t.Errorf("%v, told %d times", again.Broken, told)
	}
	err := whole.Validation.Read(t.Context(), 1, x)
	if broken, ok := errors.AsType[*BrokenError](err); !ok || broken.Path != dir+"/val/dog/cut too.jpeg" {
		t.Errorf("reading a broken file: %v", err)
	}
}

func TestSkipBrokenErrors(t *testing.T) {
	jpg := picture(t, "rgb.jpg")
	for want, files := range map[string]map[string][]byte{
		`every training file of class "b" is broken`: {"train/a/1.jpg": jpg, "train/b/1.jpg": {}, "test/a/1.jpg": jpg},
		"every test file is broken, such as":         {"train/a/1.jpg": jpg, "train/b/1.jpg": jpg, "test/a/1.jpg": {}},
	} {
		dir := t.TempDir()
		writeAll(t, dir, files)
		if _, err := Open(t.Context(), "folder:"+dir, Options{SkipBroken: true}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
	if _, err := Open(t.Context(), "digits", Options{SkipBroken: true}); err == nil || !strings.Contains(err.Error(), "not one file a sample") {
		t.Errorf("digits: %v", err)
	}
}
