//go:build unix

package train

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/vicinal-ml/vicinal/data"
	"github.com/vicinal-ml/vicinal/internal/wholefile"
	"github.com/vicinal-ml/vicinal/train/internal/rundir"
)

// childVariable makes the test binary train in the folder it names.
const childVariable = "VICINAL_TEST_TRAIN_IN"

// specVariable is the spec.toml that the child trains; killSpec without it.
const specVariable = "VICINAL_TEST_TRAIN_SPEC"

// limitVariable is the largest file, in bytes, that a child may write.
const limitVariable = "VICINAL_TEST_FILE_LIMIT"

// child is the main function of a process that a test starts, and kills.
func child() int {
	if text := os.Getenv(limitVariable); text != "" {
		var limit uint64
		if _, err := fmt.Sscan(text, &limit); err != nil {
			fmt.Println(err)
			return 2
		}
		signal.Ignore(syscall.SIGXFSZ)
		if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: limit, Max: limit}); err != nil {
			fmt.Println(err)
			return 2
		}
	}
	spec := killSpec()
	if path := os.Getenv(specVariable); path != "" {
		text, err := os.ReadFile(path)
		if err == nil {
			spec, err = decodeSpec(text)
		}
		if err != nil {
			fmt.Println(err)
			return 2
		}
	}
	set, err := data.Open(context.Background(), spec.Data, spec.DataOptions())
	if err == nil {
		backend, backendErr := Backend("")
		if backendErr != nil {
			fmt.Println(backendErr)
			return 2
		}
		_, err = Run(context.Background(), backend, set, spec, os.Getenv(childVariable), Hooks{})
	}
	if err != nil {
		fmt.Println(err)
		return 1
	}
	return 0
}

// killSpec is a run of 200 steps that saves every few of them.
func killSpec() Spec {
	spec := quickSpec()
	spec.Epochs, spec.EvalEvery, spec.Method = 50, 10, "mixup:0.5,second,p=0.8"
	spec.Augment, spec.Workers = "crop:1:reflect,flip:alternate,erase:0.5", 2
	spec.CheckpointEvery = Duration(10 * time.Millisecond)
	return spec
}

func startChild(t *testing.T, dir string, environment ...string) *exec.Cmd {
	t.Helper()
	command := exec.Command(os.Args[0])
	command.Env = append(os.Environ(), append(environment, childVariable+"="+dir)...)
	return command
}

// TestKilled kills runs with SIGKILL at random moments until they finish.
func TestKilled(t *testing.T) {
	spec := killSpec()
	whole := t.TempDir()
	began := time.Now()
	if output, err := startChild(t, whole).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, output)
	}
	took := time.Since(began)
	steps := mustRead(t, whole, rundir.LastFile).State.Steps

	const runs, kills = 3, 7
	inside := 0
	for i := range runs {
		dir := t.TempDir()
		random := rand.New(rand.NewPCG(uint64(i), 1))
		for range kills {
			command := startChild(t, dir)
			if err := command.Start(); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Duration(random.Int64N(int64(took / 3))))
			if err := command.Process.Signal(syscall.SIGKILL); err != nil && !errors.Is(err, os.ErrProcessDone) {
				t.Fatal(err)
			}
			_ = command.Wait() // killed, or done
			if c, err := readCheckpoint(filepath.Join(dir, rundir.LastFile)); err == nil && c.State.Steps < steps && c.State.Step > 0 {
				inside++
			} else if err != nil && !errors.Is(err, os.ErrNotExist) {
				t.Fatalf("the checkpoint of a killed run: %v", err)
			}
		}
		if output, err := startChild(t, dir).CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, output)
		}
		sameRun(t, whole, dir)
		if a, b := eventsOf(t, whole), eventsOf(t, dir); !slices.Equal(a, b) {
			t.Errorf("events:\n%s\nwant\n%s", strings.Join(b, "\n"), strings.Join(a, "\n"))
		}
		result, err := ReadResult(dir)
		if err != nil || result.Steps != int64(spec.Epochs)*4 {
			t.Errorf("%+v, %v", result, err)
		}
	}
	if inside == 0 {
		t.Error("no kill hit the inside of an epoch: the test shows nothing")
	}
}

// TestFileTooLarge is a file system that refuses half a checkpoint.
func TestFileTooLarge(t *testing.T) {
	dir := t.TempDir()
	if err := interruptAt(t, openSet(t, killSpec()), killSpec(), dir, 10); !errors.Is(err, ErrInterrupted) {
		t.Fatal(err)
	}
	before := readFile(t, dir, rundir.LastFile)
	limit := fmt.Sprintf("%s=%d", limitVariable, len(before)/2)
	output, err := startChild(t, dir, limit).CombinedOutput()
	text := strings.TrimSpace(string(output))
	if exit, ok := errors.AsType[*exec.ExitError](err); !ok || exit.ExitCode() != 1 {
		t.Fatalf("%v: %s", err, text)
	}
	if !strings.Contains(text, "writing "+filepath.Join(dir, rundir.LastFile)+": file too large") || strings.Contains(text, "\n") {
		t.Errorf("the error is %q", text)
	}
	if after := readFile(t, dir, rundir.LastFile); after != before {
		t.Error("the old checkpoint was touched")
	}
	left, err := filepath.Glob(filepath.Join(dir, "*"+wholefile.Suffix))
	hidden, err2 := filepath.Glob(filepath.Join(dir, ".*"+wholefile.Suffix))
	if err != nil || err2 != nil || len(left)+len(hidden) > 0 {
		t.Errorf("left behind: %v %v", left, hidden)
	}
	// With room again the run goes on.
	if output, err := startChild(t, dir).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, output)
	}
}

// TestDiskFull does the same on a file system of 256 KiB, where one can be
// mounted.
func TestDiskFull(t *testing.T) {
	dir := t.TempDir()
	if err := mountTiny(dir); err != nil {
		t.Skipf("a tiny file system cannot be mounted here: %v", err)
	}
	t.Cleanup(func() {
		if err := unmount(dir); err != nil {
			t.Error(err)
		}
	})
	spec := killSpec()
	set := openSet(t, spec)
	run := filepath.Join(dir, "run")
	if err := interruptAt(t, set, spec, run, 10); !errors.Is(err, ErrInterrupted) {
		t.Fatal(err)
	}
	before := readFile(t, run, rundir.LastFile)
	ballast := filepath.Join(dir, "ballast")
	fill(t, ballast)
	_, err := Run(context.Background(), backendFor(t), set, spec, run, Hooks{})
	if !errors.Is(err, syscall.ENOSPC) || strings.Contains(err.Error(), "\n") {
		t.Fatalf("a full disk: %v", err)
	}
	if after := readFile(t, run, rundir.LastFile); after != before {
		t.Error("the old checkpoint was touched")
	}
	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	whole := t.TempDir()
	mustRun(t, set, spec, whole, Hooks{})
	mustRun(t, set, spec, run, Hooks{})
	sameRun(t, whole, run)
}

// fill writes a file until the disk is full.
func fill(t *testing.T, path string) {
	t.Helper()
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	for chunk := make([]byte, 4096); ; {
		if _, err := file.Write(chunk); err != nil {
			if !errors.Is(err, syscall.ENOSPC) {
				t.Fatal(err)
			}
			return
		}
	}
}
