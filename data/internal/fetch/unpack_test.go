package fetch

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// entry is one entry of an archive in a test.
type entry struct {
	name, content string
	link          string      // target of a link
	mode          fs.FileMode // type bits
}

func zipped(t testing.TB, entries ...entry) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, e := range entries {
		h := &zip.FileHeader{Name: e.name, Method: zip.Deflate}
		h.SetMode(e.mode | 0o644)
		out, err := w.CreateHeader(h)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := out.Write([]byte(e.content + e.link)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func tarred(t testing.TB, entries ...entry) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	w := tar.NewWriter(z)
	for _, e := range entries {
		h := &tar.Header{Name: e.name, Mode: 0o644, Size: int64(len(e.content)), Typeflag: tar.TypeReg, Linkname: e.link}
		switch {
		case e.mode&fs.ModeDir != 0:
			h.Typeflag = tar.TypeDir
		case e.mode&fs.ModeSymlink != 0:
			h.Typeflag = tar.TypeSymlink
		case e.mode&fs.ModeDevice != 0:
			h.Typeflag = tar.TypeBlock
		case e.link != "":
			h.Typeflag = tar.TypeLink
		}
		if err := w.WriteHeader(h); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(e.content)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// unpack unpacks into a folder inside a new one, and returns the files of the
// outer one.
func unpack(t testing.TB, name string, archive []byte, limits Limits) ([]string, error) {
	t.Helper()
	outer := t.TempDir()
	path, inner := filepath.Join(t.TempDir(), name), filepath.Join(outer, "in")
	if err := os.WriteFile(path, archive, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(inner, 0o700); err != nil {
		t.Fatal(err)
	}
	root, err := os.OpenRoot(inner)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	failure := Unpack(context.Background(), path, root, limits)
	var files []string
	err = filepath.WalkDir(outer, func(p string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			rel, _ := filepath.Rel(outer, p)
			files = append(files, rel)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files, failure
}

var roomy = Limits{Bytes: 1 << 20, Entries: 100}

func TestUnpack(t *testing.T) {
	entries := []entry{{name: "./", mode: fs.ModeDir}, {name: "a/", mode: fs.ModeDir}, {name: "a/b/c.txt", content: "hello"}, {name: "./d.txt", content: strings.Repeat("x", 70_000)}}
	for name, archive := range map[string][]byte{"x.zip": zipped(t, entries...), "x.tar.gz": tarred(t, entries...), "x.tgz": tarred(t, entries...)} {
		files, err := unpack(t, name, archive, roomy)
		if err != nil || !slices.Equal(files, []string{"in/a/b/c.txt", "in/d.txt"}) {
			t.Errorf("%s: %q, %v", name, files, err)
		}
		if !IsArchive(name) {
			t.Errorf("%s is no archive", name)
		}
	}
	if IsArchive("images-idx3-ubyte.gz") || IsArchive("train.mat") {
		t.Error("single files are archives")
	}
}

func TestUnpackHostile(t *testing.T) {
	ok := entry{name: "ok.txt", content: "fine"}
	for name, test := range map[string]struct {
		entries []entry
		limits  Limits
		want    string
	}{
		"parent":       {[]entry{{name: "../evil", content: "x"}}, roomy, "would lie outside"},
		"deep parent":  {[]entry{{name: "a/../../evil", content: "x"}}, roomy, "would lie outside"},
		"absolute":     {[]entry{{name: "/tmp/evil", content: "x"}}, roomy, "would lie outside"},
		"backslash":    {[]entry{{name: `..\evil`, content: "x"}}, roomy, "would lie outside"},
		"link":         {[]entry{{name: "l", link: "/etc", mode: fs.ModeSymlink}}, roomy, "is a link or a device"},
		"link, then":   {[]entry{{name: "l", link: "..", mode: fs.ModeSymlink}, {name: "l/evil", content: "x"}}, roomy, "is a link or a device"},
		"device":       {[]entry{{name: "d", mode: fs.ModeDevice}}, roomy, "is a link or a device"},
		"twice":        {[]entry{ok, ok}, roomy, "exists"},
		"file, folder": {[]entry{ok, {name: "ok.txt/x", content: "x"}}, roomy, "ok.txt"},
		"too large":    {[]entry{{name: "zeros", content: strings.Repeat("\x00", 3000)}}, Limits{2000, 10}, "more bytes than allowed"},
		"too many":     {[]entry{ok, {name: "b"}, {name: "c"}}, Limits{2000, 2}, "too many entries"},
	} {
		for kind, archive := range map[string][]byte{"x.zip": zipped(t, test.entries...), "x.tar.gz": tarred(t, test.entries...)} {
			files, err := unpack(t, kind, archive, test.limits)
			if err == nil || !strings.Contains(err.Error(), test.want) || !strings.Contains(err.Error(), kind) {
				t.Errorf("%s, %s: %v, want %q", name, kind, err, test.want)
			}
			for _, f := range files {
				if !strings.HasPrefix(f, "in/") {
					t.Errorf("%s, %s: wrote %s", name, kind, f)
				}
			}
		}
	}
	hard := tarred(t, entry{name: "l", link: "/etc/passwd"})
	if _, err := unpack(t, "x.tar.gz", hard, roomy); err == nil || !strings.Contains(err.Error(), "is a link") {
		t.Errorf("hard link: %v", err)
	}
}

func TestUnpackDamaged(t *testing.T) {
	for name, archive := range map[string][]byte{
		"x.zip":    zipped(t, entry{name: "a", content: strings.Repeat("abc", 10_000)}),
		"x.tar.gz": tarred(t, entry{name: "a", content: strings.Repeat("abc", 10_000)}),
	} {
		for _, n := range []int{0, 10, len(archive) / 2, len(archive) - 3} {
			if _, err := unpack(t, name, archive[:n], roomy); err == nil {
				t.Errorf("the first %d of %d bytes of %s give no error", n, len(archive), name)
			}
		}
		damaged := slices.Clone(archive)
		damaged[len(damaged)/2] ^= 0xff
		if _, err := unpack(t, name, damaged, roomy); err == nil {
			t.Errorf("%s with a changed byte gives no error", name)
		}
	}
}

func FuzzUnpack(f *testing.F) {
	f.Add(true, zipped(f, entry{name: "a/b", content: "x"}, entry{name: "../c"}))
	f.Add(false, tarred(f, entry{name: "a/b", content: "x"}, entry{name: "l", link: "..", mode: fs.ModeSymlink}))
	f.Fuzz(func(t *testing.T, isZip bool, archive []byte) {
		name := "x.tar.gz"
		if isZip {
			name = "x.zip"
		}
		files, _ := unpack(t, name, archive, Limits{1 << 16, 20})
		for _, file := range files {
			if !strings.HasPrefix(file, "in/") {
				t.Fatalf("wrote %s", file)
			}
		}
	})
}
