package data

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

func zipOf(t testing.TB, files map[string][]byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for name, content := range files {
		out, err := w.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := out.Write(content); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func pulsars(n int) []byte {
	var b bytes.Buffer
	for i := range n {
		fmt.Fprintf(&b, "%d,1,2,3,4,5,6,%d,%d\n", i, i*i, i%2)
	}
	return b.Bytes()
}

// mirror serves files by name and counts the requests.
func mirror(t testing.TB, files map[string][]byte) (url string, requests *atomic.Int32) {
	requests = new(atomic.Int32)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		requests.Add(1)
		content, ok := files[strings.TrimPrefix(r.URL.Path, "/data/")]
		if !ok {
			http.NotFound(w, r)
			return
		}
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(content))
	}))
	t.Cleanup(s.Close)
	return s.URL + "/data", requests
}

func TestGetAndVerify(t *testing.T) {
	url, requests := mirror(t, map[string][]byte{"htru2.zip": zipOf(t, map[string][]byte{"HTRU_2.csv": pulsars(40), "Readme.txt": []byte("hello")})})
	home := t.TempDir()
	var steps []string
	opt := GetOptions{Home: home, From: url, Wait: time.Millisecond, Progress: func(p Progress) {
		if len(steps) == 0 || steps[len(steps)-1] != p.Step {
			steps = append(steps, p.Step)
		}
	}}
	dir, err := Get(t.Context(), "htru2", opt)
	if err != nil {
		t.Fatal(err)
	}
	if dir != filepath.Join(home, "htru2") || !slices.Equal(steps, []string{"downloading", "unpacking", "checking"}) {
		t.Errorf("folder %s, steps %q", dir, steps)
	}
	t.Setenv(HomeVariable, home)
	set := mustOpen(t, "htru2", Options{})
	checkSet(t, set)

	// A second time nothing is asked.
	before := requests.Load()
	if _, err := Get(t.Context(), "htru2", opt); err != nil || requests.Load() != before {
		t.Errorf("again: %d more requests, %v", requests.Load()-before, err)
	}

	if n, problems, err := Verify(t.Context(), "htru2", home, nil); err != nil || n != 2 || len(problems) > 0 {
		t.Errorf("Verify: %d files, %v, %v", n, problems, err)
	}
	damaged := pulsars(40)
	damaged[0] = '9'
	writeAll(t, dir, map[string][]byte{"HTRU_2.csv": damaged, "more.txt": nil})
	if err := os.Remove(filepath.Join(dir, "Readme.txt")); err != nil {
		t.Fatal(err)
	}
	_, problems, err := Verify(t.Context(), "htru2", "", nil)
	if err != nil || len(problems) != 2 || !strings.Contains(problems[0].What, "other contents") || problems[1].What != "is missing" {
		t.Errorf("Verify of a damaged copy: %v, %v", problems, err)
	}
	writeAll(t, dir, map[string][]byte{"HTRU_2.csv": damaged[1:]})
	if _, problems, _ := Verify(t.Context(), "htru2", "", nil); len(problems) != 2 || !strings.Contains(problems[0].What, "bytes, not") {
		t.Errorf("Verify of a shorter copy: %v", problems)
	}

	entries, err := os.ReadDir(home)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if e.Name() != "htru2" && e.Name() != ".htru2.lock" {
			t.Errorf("%s is left in the home folder", e.Name())
		}
	}
}

func TestGetFromFolder(t *testing.T) {
	source, home := t.TempDir(), t.TempDir()
	writeAll(t, source, map[string][]byte{"htru2.zip": zipOf(t, map[string][]byte{"HTRU_2.csv": pulsars(40)})})
	for _, from := range []string{source, "file://" + source} {
		if _, err := Get(t.Context(), "htru2", GetOptions{Home: home, From: from}); err != nil {
			t.Fatal(err)
		}
		t.Setenv(HomeVariable, home)
		checkSet(t, mustOpen(t, "htru2", Options{}))
		home = t.TempDir()
	}
}

// Whatever GitHub packs, only the recordings of the release that is named are
// taken for it.
func TestGetContent(t *testing.T) {
	source, home := t.TempDir(), t.TempDir()
	files := map[string][]byte{}
	for digit := range 10 {
		for n := range 10 {
			files[fmt.Sprintf("free-spoken-digit-dataset-1.0.10/recordings/%d_jackson_%d.wav", digit, n)] = wave(8000, 900)
		}
	}
	writeAll(t, source, map[string][]byte{"v1.0.10.zip": zipOf(t, files)})
	_, err := Get(t.Context(), "fsdd", GetOptions{Home: home, From: source})
	if err == nil || !strings.Contains(err.Error(), "other contents than fsdd") || strings.Contains(err.Error(), "\n") {
		t.Errorf("a hundred recordings: %v", err)
	}
	entries, err := os.ReadDir(home)
	if err != nil || len(entries) != 1 || entries[0].Name() != ".fsdd.lock" {
		t.Errorf("left: %v, %v", entries, err)
	}

	real := untar(t, realData(t, "fsdd/recordings.tar"))
	recordings, err := os.ReadDir(filepath.Join(real, "recordings"))
	if err != nil {
		t.Fatal(err)
	}
	clear(files)
	for _, e := range recordings {
		wav, err := os.ReadFile(filepath.Join(real, "recordings", e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		files["free-spoken-digit-dataset-master/recordings/"+e.Name()] = wav
	}
	source = t.TempDir()
	writeAll(t, source, map[string][]byte{"master.zip": zipOf(t, files)})
	if _, err := Get(t.Context(), "fsdd", GetOptions{Home: home, From: source}); err != nil {
		t.Error(err)
	}
}

// What an interrupted Get left is unpacked only if it is what was downloaded,
// from where the set is asked of.
func TestGetLeftArchive(t *testing.T) {
	good := zipOf(t, map[string][]byte{"HTRU_2.csv": pulsars(40)})
	other := zipOf(t, map[string][]byte{"HTRU_2.csv": pulsars(50)})
	source := t.TempDir()
	writeAll(t, source, map[string][]byte{"htru2.zip": good})
	digest := sha256.Sum256(other)
	record := func(url string) []byte {
		return fmt.Appendf(nil, `{"url":%q,"sha256":"%x"}`, url, digest)
	}
	for name, test := range map[string]struct {
		record []byte
		want   int // lines of the set
	}{
		"no record":      {nil, 40},
		"broken record":  {[]byte("{"), 40},
		"of another URL": {record("https://other.example.org/htru2.zip"), 40},
		"other sum":      {[]byte(fmt.Sprintf(`{"url":%q,"sha256":"00"}`, source+"/htru2.zip")), 40},
		"its own":        {record(source + "/htru2.zip"), 50},
	} {
		home := t.TempDir()
		writeAll(t, home, map[string][]byte{".htru2.download/htru2.zip": other})
		if test.record != nil {
			writeAll(t, home, map[string][]byte{".htru2.download/htru2.zip.from": test.record})
		}
		dir, err := Get(t.Context(), "htru2", GetOptions{Home: home, From: source})
		if err != nil {
			t.Fatal(err)
		}
		text, err := os.ReadFile(filepath.Join(dir, "HTRU_2.csv"))
		if err != nil || bytes.Count(text, []byte("\n")) != test.want {
			t.Errorf("%s: %d lines, %v; want %d", name, bytes.Count(text, []byte("\n")), err, test.want)
		}
	}
}

// A Get that ended when the set was in place left the archives; the next one
// removes them.
func TestGetLeftovers(t *testing.T) {
	source, home := t.TempDir(), t.TempDir()
	writeAll(t, source, map[string][]byte{"htru2.zip": zipOf(t, map[string][]byte{"HTRU_2.csv": pulsars(40)})})
	for range 2 {
		if _, err := Get(t.Context(), "htru2", GetOptions{Home: home, From: source}); err != nil {
			t.Fatal(err)
		}
		if _, err := os.Stat(filepath.Join(home, ".htru2.download")); err == nil {
			t.Error("the archives are left")
		}
		writeAll(t, home, map[string][]byte{".htru2.download/htru2.zip": []byte("x")})
	}
}

func TestGetErrors(t *testing.T) {
	good := zipOf(t, map[string][]byte{"HTRU_2.csv": pulsars(40)})
	for name, test := range map[string]struct {
		set   string
		files map[string][]byte
		want  string
	}{
		"missing":       {"htru2", nil, "404"},
		"wrong archive": {"htru2", map[string][]byte{"htru2.zip": zipOf(t, map[string][]byte{"other.csv": pulsars(4)})}, "cannot be read as this set"},
		"wrong content": {"htru2", map[string][]byte{"htru2.zip": zipOf(t, map[string][]byte{"HTRU_2.csv": []byte("1,2\n")})}, "2 values where 9"},
		"no archive":    {"htru2", map[string][]byte{"htru2.zip": []byte("<html>not found</html>")}, "not a valid zip"},
		"cut archive":   {"htru2", map[string][]byte{"htru2.zip": good[:len(good)-30]}, "unpacking"},
		"zip slip":      {"htru2", map[string][]byte{"htru2.zip": zipOf(t, map[string][]byte{"../../evil.csv": pulsars(4)})}, "would lie outside"},
		"wrong sum":     {"mnist", map[string][]byte{"train-images-idx3-ubyte.gz": []byte("x")}, "a file of 1 bytes, not the 9912422 expected"},
		"wrong bytes":   {"kmnist", map[string][]byte{"train-images-idx3-ubyte.gz": make([]byte, 18165135)}, "has SHA-256"},
	} {
		t.Run(name, func(t *testing.T) {
			url, _ := mirror(t, test.files)
			outer := t.TempDir()
			home := filepath.Join(outer, "a", "b")
			_, err := Get(t.Context(), test.set, GetOptions{Home: home, From: url, Wait: time.Millisecond})
			if err == nil || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "\n") {
				t.Errorf("%v, want one line with %q", err, test.want)
			}
			if _, err := os.Stat(filepath.Join(home, test.set)); err == nil {
				t.Error("a folder is in place all the same")
			}
			// Once the source is right, so is the download.
			if test.set == "htru2" {
				url, _ := mirror(t, map[string][]byte{"htru2.zip": good})
				if _, err := Get(t.Context(), "htru2", GetOptions{Home: home, From: url}); err != nil {
					t.Errorf("afterwards, from a good source: %v", err)
				}
			}
			if _, err := os.Stat(filepath.Join(outer, "evil.csv")); err == nil {
				t.Error("the archive wrote outside")
			}
		})
	}

	home := t.TempDir()
	writeAll(t, home, map[string][]byte{"htru2/mine.txt": nil})
	if _, err := Get(t.Context(), "htru2", GetOptions{Home: home}); err == nil || !strings.Contains(err.Error(), "move it away") {
		t.Errorf("a folder of someone else: %v", err)
	}
	var option *OptionError
	for _, name := range []string{"digits", "toy:moons", "imagenet", "csv:x.csv"} {
		if _, err := Get(t.Context(), name, GetOptions{Home: home}); !errors.As(err, &option) {
			t.Errorf("Get(%q): %v", name, err)
		}
		if _, _, err := Verify(t.Context(), name, home, nil); !errors.As(err, &option) {
			t.Errorf("Verify(%q): %v", name, err)
		}
	}
	var missing *MissingError
	if _, _, err := Verify(t.Context(), "abalone", home, nil); !errors.As(err, &missing) {
		t.Errorf("Verify of what is not there: %v", err)
	}
}

// A place that has the other form of a set alone gives that.
func TestGetOtherForm(t *testing.T) {
	url, _ := mirror(t, map[string][]byte{"htru2.zip": zipOf(t, map[string][]byte{"HTRU_2.csv": pulsars(40)})})
	for _, from := range []string{url, "file://" + t.TempDir()} {
		r, req, err := parse("htru2")
		if err != nil {
			t.Fatal(err)
		}
		r.archives, r.other = []Archive{{File: "htru2-binary.zip"}}, r.archives
		home := t.TempDir()
		g := &getter{opt: GetOptions{From: from}, reader: r, req: req, home: home, dir: filepath.Join(home, "htru2")}
		err = g.get(t.Context())
		if from != url {
			if err == nil || !strings.Contains(err.Error(), "htru2-binary.zip") {
				t.Errorf("neither form: %v, want that the first is missing", err)
			}
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		if _, problems, err := Verify(t.Context(), "htru2", home, nil); err != nil || len(problems) > 0 {
			t.Errorf("%v, %v", problems, err)
		}
	}
}

// A manifest that somebody wrote names no files elsewhere.
func TestVerifyHostile(t *testing.T) {
	for _, test := range []struct{ text, want string }{
		{`{"files":[{"path":"../../etc/passwd","size":1,"sha256":"x"}]}`, "is not in the folder"},
		{`{"files":[{"path":"a","size":-1}]}`, "has no size"},
		{`{"files":`, "unexpected end of JSON"},
	} {
		home := t.TempDir()
		writeAll(t, home, map[string][]byte{"htru2/" + manifestName: []byte(test.text)})
		if _, _, err := Verify(t.Context(), "htru2", home, nil); err == nil || !strings.Contains(err.Error(), test.want) || !strings.Contains(err.Error(), home) {
			t.Errorf("%s: %v, want %q and the file", test.text, err, test.want)
		}
	}
}

// Of many that ask at once, one downloads.
func TestGetAtOnce(t *testing.T) {
	url, requests := mirror(t, map[string][]byte{"htru2.zip": zipOf(t, map[string][]byte{"HTRU_2.csv": pulsars(400)})})
	home := t.TempDir()
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			if _, err := Get(t.Context(), "htru2", GetOptions{Home: home, From: url}); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if n := requests.Load(); n != 1 {
		t.Errorf("%d requests, want 1", n)
	}
}

func TestGetIsCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		cancel()
		<-r.Context().Done()
	}))
	defer s.Close()
	home := t.TempDir()
	if _, err := Get(ctx, "htru2", GetOptions{Home: home, From: s.URL}); !errors.Is(err, context.Canceled) {
		t.Errorf("%v, want that it was cancelled", err)
	}
}

// Every set that needs files says where they come from.
func TestArchives(t *testing.T) {
	for _, name := range Names() {
		archives, err := Archives(name)
		if err != nil {
			t.Errorf("Archives(%q): %v", name, err)
		}
		for _, a := range archives {
			if a.File == "" || len(a.URLs) == 0 || a.SHA256 != "" && len(a.SHA256) != 64 {
				t.Errorf("%s: %+v", name, a)
			}
			for _, u := range a.URLs {
				if !strings.HasSuffix(u, "/"+a.File) {
					t.Errorf("%s: %s is not at %s", name, a.File, u)
				}
			}
		}
	}
}
