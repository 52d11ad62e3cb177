package data

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// Any tree of files, folders, links and pipes is listed or refused in a moment: what is taken are files that can
// be read, each once a part, and is counted as it is taken.
func FuzzTree(f *testing.F) {
	f.Add("f train/a/1.jpg\nf train/b/2.png\nl train/b/more train/a\np train/a/pipe.png", "")
	f.Add("f a/1.jpg\nf b/.hidden/1.jpg\nf b/2.gif\nl b/up ..\nl b/self self\nl c b", "")
	f.Add("f Training/a/1.jpg\nf Training/b/1.jpg\nf Testing/a/1.jpg", "?train=Training&test=Testing")
	f.Add("f train/a/1.jpg\nf train/b/1.jpg\nf testing/a/1.jpg\nf @eaDir/x.jpg", "?train=.")
	f.Add("d a/b/c\nf x/y/1.bmp\nl x/y/z x\nl x/w x/y", "?train=x&validation=a")
	f.Fuzz(func(t *testing.T, entries, query string) {
		if strings.ContainsAny(query, "/") && strings.Contains(query, "..") {
			return // elsewhere on the disk
		}
		dir := t.TempDir()
		root, err := os.OpenRoot(dir)
		if err != nil {
			t.Fatal(err)
		}
		defer root.Close()
		for i, line := range strings.SplitN(entries, "\n", 30) {
			kind, rest, _ := strings.Cut(line, " ")
			name, to, _ := strings.Cut(rest, " ")
			// What cannot be made is left out.
			if i == 29 || !filepath.IsLocal(name) || root.MkdirAll(filepath.Dir(name), 0o700) != nil {
				continue
			}
			switch kind {
			case "f":
				// Writing to a pipe made before would wait for its reader.
				if file, err := root.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600); err == nil {
					_, _ = file.WriteString(name)
					file.Close()
				}
			case "d":
				_ = root.Mkdir(name, 0o700)
			case "l":
				if filepath.IsLocal(to) {
					to = filepath.Join(dir, to)
				}
				if strings.HasPrefix(filepath.Clean(to), dir) || to == ".." {
					_ = root.Symlink(to, name)
				}
			case "p":
				_ = syscall.Mkfifo(filepath.Join(dir, name), 0o600)
			}
		}
		began := time.Now()
		set, err := Open(context.Background(), "folder:"+dir+query, Options{Validation: -1})
		if d := time.Since(began); d > 10*time.Second {
			t.Fatalf("it took %v", d)
		}
		if err != nil {
			if !strings.Contains(err.Error(), dir) {
				t.Fatalf("the error does not name its place: %v", err)
			}
			return
		}
		if set.Taken == nil {
			return // another kind of set
		}
		total := 0
		for i := range set.Taken.Parts {
			total += set.Taken.Parts[i].Samples()
		}
		if n := set.Train.Len() + set.Test.Len(); n > total {
			t.Fatalf("%d samples of %d that were found", n, total)
		}
		for _, p := range []Split{set.Train, set.Test} {
			seen := map[string]bool{}
			for i := range p.Len() {
				path, ok := samplePath(p, i)
				stat, err := os.Stat(path)
				if !ok || err != nil || !stat.Mode().IsRegular() {
					t.Fatalf("%s is a sample: %v", path, err)
				}
				at, err := realPath(filepath.Dir(path))
				if err != nil {
					t.Fatal(err)
				}
				if at = filepath.Join(at, filepath.Base(path)); seen[at] {
					t.Fatalf("%s is there twice", at)
				}
				seen[at] = true
				relative, err := filepath.Rel(dir, path)
				if err != nil {
					t.Fatal(err)
				}
				for name := range strings.SplitSeq(relative, string(filepath.Separator)) {
					// Parts may have any name that is asked for.
					if passedOver(name, true) != "" && query == "" {
						t.Fatalf("%s is a sample", relative)
					}
				}
			}
		}
	})
}
