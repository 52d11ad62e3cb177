package data

import (
	"archive/zip"
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// getChild is the variable that makes TestGetProcess the child of another test: the folder and the
// place to get htru2 from, separated by a space.
const getChild = "VICINAL_GET_TEST"

// TestGetProcess does nothing but as a child: it gets a set and prints each step as it begins.
func TestGetProcess(t *testing.T) {
	home, from, ok := strings.Cut(os.Getenv(getChild), " ")
	if !ok {
		return
	}
	step := ""
	opt := GetOptions{Home: home, From: from, Progress: func(p Progress) {
		if p.Step != step {
			step = p.Step
			fmt.Println(step)
		}
	}}
	if _, err := Get(t.Context(), "htru2", opt); err != nil {
		t.Fatal(err)
	}
}

func getProcess(t *testing.T, home, from string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self, "-test.run=^TestGetProcess$")
	cmd.Env = append(os.Environ(), getChild+"="+home+" "+from)
	return cmd
}

// Of several processes that ask at once one downloads, and all of them have the set.
func TestGetByProcesses(t *testing.T) {
	url, requests := mirror(t, map[string][]byte{"htru2.zip": zipOf(t, map[string][]byte{"HTRU_2.csv": pulsars(400)})})
	home := filepath.Join(t.TempDir(), "home")
	var all sync.WaitGroup
	for range 4 {
		cmd := getProcess(t, home, url)
		all.Go(func() {
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Errorf("%v: %s", err, out)
			}
		})
	}
	all.Wait()
	if n := requests.Load(); n != 1 {
		t.Errorf("%d requests, want 1", n)
	}
	if _, problems, err := Verify(t.Context(), "htru2", home, nil); err != nil || len(problems) > 0 {
		t.Errorf("%v, %v", problems, err)
	}
}

// A process that is killed at any step leaves no set that is half there, and the next one finishes.
func TestGetIsKilled(t *testing.T) {
	if testing.Short() {
		t.Skip("SKIP: starts processes that unpack 30 MB")
	}
	archive := largeArchive(t)
	source := t.TempDir()
	writeAll(t, source, map[string][]byte{"htru2.zip": archive})
	for _, at := range []struct {
		step string
		wait time.Duration
	}{{"downloading", 0}, {"unpacking", 0}, {"unpacking", 20 * time.Millisecond}, {"unpacking", 60 * time.Millisecond}, {"checking", 0}, {"checking", 30 * time.Millisecond}} {
		home := t.TempDir()
		cmd := getProcess(t, home, source)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		for lines := bufio.NewScanner(out); lines.Scan() && lines.Text() != at.step; {
			continue
		}
		time.Sleep(at.wait)
		if err := cmd.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
			t.Fatal(err)
		}
		killed := cmd.Wait() != nil
		dir := filepath.Join(home, "htru2")
		if _, err := os.Stat(dir); err == nil {
			// It may have been quick enough; then the set is whole.
			if _, problems, err := Verify(t.Context(), "htru2", home, nil); err != nil || len(problems) > 0 {
				t.Errorf("killed %v after %q began: %v, %v", at.wait, at.step, problems, err)
			}
		} else if !killed {
			t.Errorf("%q: the process ended without a set", at.step)
		}
		if _, err := Get(t.Context(), "htru2", GetOptions{Home: home, From: source}); err != nil {
			t.Errorf("after a kill at %q: %v", at.step, err)
		}
		if n, problems, err := Verify(t.Context(), "htru2", home, nil); err != nil || len(problems) > 0 || n != 301 {
			t.Errorf("after a kill at %q: %d files, %v, %v", at.step, n, problems, err)
		}
		entries, err := os.ReadDir(home)
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, e := range entries {
			names = append(names, e.Name())
		}
		if !slices.Equal(names, []string{".htru2.lock", "htru2"}) {
			t.Errorf("after a kill at %q the folder has %q", at.step, names)
		}
	}
}

// largeArchive has the set and 300 files of 100 kB each.
func largeArchive(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for i := range 301 {
		name, content := fmt.Sprintf("more/%d", i), bytes.Repeat([]byte{byte(i), 1, 2, 3}, 25_000)
		if i == 300 {
			name, content = "HTRU_2.csv", pulsars(400)
		}
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
