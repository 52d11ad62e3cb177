package cli

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/vicinal-ml/vicinal/data"
	"github.com/vicinal-ml/vicinal/internal/powercut"
	"github.com/vicinal-ml/vicinal/train"
)

// powerCut is a command whose every state after a loss of power is tried: the
// same command then ends as it does undisturbed, or says what to do.
type powerCut struct {
	args    []string
	prepare func(t *testing.T, dir string)              // what is there before, all on the disk
	outcome func(dir string) (map[string][]byte, error) // what the command is for, by name
	whole   []string                                    // of the outcome: never there in part
}

// advice is what tells the user how to go on.
var advice = []string{"remove the folder", "move it away", "choose another folder", "choose an empty or new folder", "--use-previous", "delete"}

// in returns the command with a folder as its own, with an environment that no setting of this process changes.
func vicinalIn(t *testing.T, dir string, args ...string) *exec.Cmd {
	t.Helper()
	path, err := exec.LookPath("vicinal")
	if err != nil {
		t.Fatal(err)
	}
	command := exec.Command(path, args...)
	command.Dir = dir
	command.Env = append(os.Environ(), "NO_COLOR=1", "GOMAXPROCS=2", "VICINAL_DATA="+filepath.Join(dir, "none"))
	return command
}

func (p powerCut) prepared(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if p.prepare != nil {
		p.prepare(t, dir)
	}
	return dir
}

func (p powerCut) try(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("SKIP: starts the program many times")
	}
	if err := powercut.Available(); err != nil {
		t.Skipf("SKIP: %v", err)
	}
	recorded := p.prepared(t)
	trace, err := powercut.Record(vicinalIn(t, recorded, p.args...), recorded)
	if err != nil {
		t.Fatal(err)
	}
	want, err := p.outcome(recorded)
	if err != nil {
		t.Fatal(err)
	}
	undisturbed := p.prepared(t)
	if out, err := vicinalIn(t, undisturbed, p.args...).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if err := p.same(undisturbed, want); err != nil {
		t.Fatalf("two undisturbed runs differ: %v", err)
	}
	states := slices.Collect(trace.States())
	every := max(1, len(states)/powerCutStates)
	var mu sync.Mutex
	said := map[string]int{}
	tried := 0
	group := new(errgroup.Group)
	group.SetLimit(runtime.NumCPU())
	for i := len(states) - 1; i >= 0; i -= every {
		tried++
		group.Go(func() error {
			line, err := p.recover(t, states[i], want)
			if err != nil {
				t.Errorf("state %d of %d: %v", i, len(states), err)
			}
			if line != "" {
				mu.Lock()
				said[line]++
				mu.Unlock()
			}
			return nil
		})
	}
	_ = group.Wait()
	t.Logf("%d states, of which %d were tried; %d end in a line that says what to do", len(states), tried, len(said))
	for _, line := range slices.Sorted(maps.Keys(said)) {
		t.Logf("%d times: %s", said[line], line)
	}
}

// recover gives the command again where the power was cut. It returns the line
// of a command that refuses.
func (p powerCut) recover(t *testing.T, state powercut.State, want map[string][]byte) (line string, err error) {
	dir, err := os.MkdirTemp(t.TempDir(), "")
	if err != nil {
		return "", err
	}
	defer func() {
		if err == nil {
			os.RemoveAll(dir)
		}
	}()
	if err := state.Store(dir); err != nil {
		return "", err
	}
	if state.Done {
		if err := p.same(dir, want); err != nil {
			return "", fmt.Errorf("the command had ended: %w", err)
		}
	}
	for _, name := range p.whole {
		content, err := os.ReadFile(filepath.Join(dir, name))
		if err == nil && !bytes.Equal(content, want[name]) && string(content) != before {
			return "", fmt.Errorf("%s is there in part", name)
		}
	}
	var stderr bytes.Buffer
	command := vicinalIn(t, dir, p.args...)
	command.Stderr = &stderr
	failed := command.Run()
	if failed == nil {
		return "", p.same(dir, want)
	}
	lines := strings.Split(strings.TrimSpace(stderr.String()), "\n")
	last := strings.ReplaceAll(lines[len(lines)-1], dir, "DIR")
	exit, ok := errors.AsType[*exec.ExitError](failed)
	says := slices.ContainsFunc(advice, func(a string) bool { return strings.Contains(last, a) })
	if !ok || exit.ExitCode() != ExitFailed || !strings.HasPrefix(last, "vicinal: ") || !says {
		return "", fmt.Errorf("%w: %s", failed, stderr.String())
	}
	return last, nil
}

// same compares the outcome in a folder.
func (p powerCut) same(dir string, want map[string][]byte) error {
	got, err := p.outcome(dir)
	if err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(want)) {
		if !bytes.Equal(got[name], want[name]) {
			return fmt.Errorf("%s differs: %.300q, want %.300q", name, got[name], want[name])
		}
	}
	return nil
}

// before is what a file holds that is written over.
const before = "another file"

// runOutcome is what a run is for: what it measured, its picture, its weights
// and its result, without the clock.
func runOutcome(dir string) (map[string][]byte, error) {
	all := map[string][]byte{}
	if err := addFiles(all, dir, "metrics.jsonl", "spec.toml"); err != nil {
		return nil, err
	}
	result, err := train.ReadResult(dir)
	if err != nil {
		return nil, err
	}
	result.Seconds = 0
	if all["result"], err = json.Marshal(result); err != nil {
		return nil, err
	}
	for name, which := range map[string]train.Which{"last": train.Last, "best": train.Best} {
		file, err := os.CreateTemp("", "")
		if err != nil {
			return nil, err
		}
		defer os.Remove(file.Name())
		defer file.Close()
		if _, err := train.Export(dir, which, file.Name()); err != nil {
			return nil, err
		}
		if all[name], err = os.ReadFile(file.Name()); err != nil {
			return nil, err
		}
	}
	return all, nil
}

func addFiles(all map[string][]byte, dir string, names ...string) error {
	for _, name := range names {
		content, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			return err
		}
		all[name] = content
	}
	return nil
}

// tiny is a run of nine steps, which saves at each.
var tiny = []string{"--data", "digits", "--train-size", "4", "--epochs", "3", "--batch", "16", "--model", "mlp:8", "--backend", "go", "--checkpoint-every", "1ms"}

func TestPowerCutInTrain(t *testing.T) {
	for name, options := range map[string][]string{
		"saved at each step": {"--method", "mixup:1", "--keep", "2"},
		"saved at the end":   {"--method", "erm", "--checkpoint-every", "1h"},
	} {
		t.Run(name, func(t *testing.T) {
			powerCut{
				args:    slices.Concat([]string{"train", "--out", "new/run"}, tiny, options),
				outcome: func(dir string) (map[string][]byte, error) { return runOutcome(filepath.Join(dir, "new", "run")) },
			}.try(t)
		})
	}
}

func TestPowerCutInCompare(t *testing.T) {
	powerCut{
		args: append([]string{"compare", "--methods", "erm,mixup:1", "--seeds", "2", "--jobs", "1", "--out", "study"}, tiny...),
		outcome: func(dir string) (map[string][]byte, error) {
			all := map[string][]byte{}
			for _, run := range []string{"erm/seed-1", "erm/seed-2", "mixup-1/seed-1", "mixup-1/seed-2"} {
				one, err := runOutcome(filepath.Join(dir, "study", "runs", run))
				if err != nil {
					return nil, err
				}
				for name, content := range one {
					all[run+"/"+name] = content
				}
			}
			return all, addFiles(all, filepath.Join(dir, "study"), "results.csv", "report/table.csv", "report/curves.csv", "report/runs.csv", "report/table.md")
		},
	}.try(t)
}

func TestPowerCutInExport(t *testing.T) {
	for name, old := range map[string]bool{"a new file": false, "over another": true} {
		t.Run(name, func(t *testing.T) {
			powerCut{
				args: []string{"export", "run", "-o", "w.safetensors"},
				prepare: func(t *testing.T, dir string) {
					if out, err := vicinalIn(t, dir, append([]string{"train", "--method", "erm", "--out", "run"}, tiny...)...).CombinedOutput(); err != nil {
						t.Fatalf("%v: %s", err, out)
					}
					if old {
						if err := os.WriteFile(filepath.Join(dir, "w.safetensors"), []byte(before), 0o600); err != nil {
							t.Fatal(err)
						}
					}
				},
				outcome: func(dir string) (map[string][]byte, error) {
					all := map[string][]byte{}
					return all, addFiles(all, dir, "w.safetensors")
				},
				whole: []string{"w.safetensors"},
			}.try(t)
		})
	}
}

// TestPowerCutInDataGet downloads over a connection that breaks once.
func TestPowerCutInDataGet(t *testing.T) {
	var packed bytes.Buffer
	w := zip.NewWriter(&packed)
	for name, content := range map[string]string{
		"HTRU_2.csv": strings.Repeat("1,2,3,4,5,6,7,8,0\n9,8,7,6,5,4,3,2,1\n", 300),
		"Readme.txt": "What the columns are.\n", "more/deep/note.txt": "x",
	} {
		file, err := w.Create(name)
		if err == nil {
			_, err = io.WriteString(file, content)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	archive := packed.Bytes()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("ETag", `"a"`)
		if r.Header.Get("Range") == "" {
			w.Header().Set("Content-Length", fmt.Sprint(len(archive)))
			_, _ = w.Write(archive[:len(archive)/2])
			w.(http.Flusher).Flush()
			panic(http.ErrAbortHandler)
		}
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(archive))
	}))
	defer server.Close()
	powerCut{
		args: []string{"data", "get", "htru2", "--home", "new/home", "--from", server.URL},
		outcome: func(dir string) (map[string][]byte, error) {
			home := filepath.Join(dir, "new", "home")
			n, problems, err := data.Verify(context.Background(), "htru2", home, nil)
			if err != nil || len(problems) > 0 || n != 3 {
				return nil, fmt.Errorf("%d files, %v, %w", n, problems, err)
			}
			all := map[string][]byte{}
			return all, addFiles(all, filepath.Join(home, "htru2"), "HTRU_2.csv", "Readme.txt", "more/deep/note.txt", ".vicinal.json")
		},
	}.try(t)
}
