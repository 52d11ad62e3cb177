package powercut

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// statesOf returns the states that a shell script may leave in a folder, each
// as "name=content" of its files.
func statesOf(t *testing.T, script string) (all, done []string) {
	t.Helper()
	if err := Available(); err != nil {
		t.Skipf("SKIP: %v", err)
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "old"), []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	command := exec.Command("/bin/sh", "-e", "-c", script)
	command.Dir = dir
	trace, err := Record(command, dir)
	if err != nil {
		t.Fatal(err)
	}
	for state := range trace.States() {
		to := t.TempDir()
		if err := state.Store(to); err != nil {
			t.Fatal(err)
		}
		var files []string
		err := filepath.WalkDir(to, func(path string, e os.DirEntry, err error) error {
			if err != nil || path == to {
				return err
			}
			name, err := filepath.Rel(to, path)
			if err == nil && !e.IsDir() {
				var content []byte
				content, err = os.ReadFile(path)
				name += "=" + strings.ReplaceAll(string(content), "\x00", "0")
			}
			files = append(files, name)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		text := strings.Join(files, " ")
		if state.Done {
			done = append(done, text)
		} else {
			all = append(all, text)
		}
	}
	slices.Sort(all)
	slices.Sort(done)
	return all, done
}

func TestStates(t *testing.T) {
	for _, test := range []struct {
		name, script string
		done         []string // after the end
	}{
		{"nothing synced", "printf abcd >a; mv a old", []string{
			"a= old=old", "a=0000 old=old", "a=00cd old=old", "a=ab old=old", "a=abcd old=old",
			"old=", "old=0000", "old=00cd", "old=ab", "old=abcd", "old=old",
		}},
		{"the file synced", "printf abcd >a; sync a; mv a old", []string{"a=abcd old=old", "old=abcd", "old=old"}},
		{"file and folder synced", "printf abcd >a; sync a; mv a old; sync .", []string{"old=abcd"}},
		{"the folder synced alone", "printf abcd >a; mv a old; sync .", []string{"old=", "old=0000", "old=00cd", "old=ab", "old=abcd"}},
		{"two names", "ln old a; ln old b", []string{"a=old b=old old=old", "a=old old=old", "b=old old=old", "old=old"}},
		{"one name twice", "ln old a; rm a; ln old a", []string{"a=old old=old", "old=old"}},
		{"a folder not synced in its parent", "mkdir d; printf ab >d/a; sync d/a; sync d", []string{"d d/a=ab old=old", "old=old"}},
		{"appended", "printf cd >>old; sync old; printf ef >>old", []string{"old=oldcd", "old=oldcd00", "old=oldcd0f", "old=oldcde", "old=oldcdef"}},
		{"removed", "rm old; sync .", []string{""}},
	} {
		if _, done := statesOf(t, test.script); !slices.Equal(done, test.done) {
			t.Errorf("%s: %q, want %q", test.name, done, test.done)
		}
	}
	all, _ := statesOf(t, "printf ab >a; sync a; mv a old; sync .")
	for _, state := range []string{"old=old", "a= old=old", "a=ab old=old", "old=ab"} {
		if !slices.Contains(all, state) {
			t.Errorf("before the end there is no %q: %q", state, all)
		}
	}
}
