//go:build long && unix

package train

import (
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/vicinal-ml/vicinal/internal/cifartest"
	"github.com/vicinal-ml/vicinal/internal/wholefile"
	"github.com/vicinal-ml/vicinal/train/internal/rundir"
)

// kills is how many kills must hit a run under way.
var kills = flag.Int("kills", 500, "how many times TestKilledOften kills the runs of each data set")

// TestKilledOften kills runs with SIGKILL at random moments, a thousand in all,
// and while a checkpoint is being written, on the digits and on CIFAR-10. What
// they measure and the weights are those of a run never killed, bit for bit.
func TestKilledOften(t *testing.T) {
	digits := killSpec()
	cifar := killSpec()
	cifar.Data, cifar.TrainSize, cifar.Validation, cifar.Augment = "cifar10", 20, 100, "default"
	cifar.Model, cifar.Epochs, cifar.EvalEvery = "cnn:width=8", 12, 12
	cifar.Average, cifar.Keep = Average{Decay: 0.99}, 3
	for _, spec := range []Spec{digits, cifar} {
		t.Run(spec.Data, func(t *testing.T) {
			if spec.Data == "cifar10" {
				spec.DataDir = t.TempDir()
				err := cifartest.WriteFirst(spec.DataDir, 60)
				if errors.Is(err, os.ErrNotExist) {
					t.Skipf("SKIP: %s names no folder with a copy of CIFAR-10: %v", cifartest.DataVariable, err)
				}
				if err != nil {
					t.Fatal(err)
				}
			}
			text, err := spec.encode()
			if err != nil {
				t.Fatal(err)
			}
			file := filepath.Join(t.TempDir(), "spec.toml")
			overwrite(t, filepath.Dir(file), filepath.Base(file), string(text))
			k := killer{t: t, environment: specVariable + "=" + file}
			k.atRandom()
			k.whileWriting()
		})
	}
}

// killer runs children of one spec.
type killer struct {
	t           *testing.T
	environment string
	whole       string // folder of a run never killed
	took        time.Duration
}

// finish lets the run in a folder end.
func (k *killer) finish(dir string) {
	k.t.Helper()
	if output, err := startChild(k.t, dir, k.environment).CombinedOutput(); err != nil {
		k.t.Fatalf("%v: %s", err, output)
	}
}

// killAfter starts the run, waits for ready, kills it, and reports whether it
// was still under way.
func (k *killer) killAfter(dir string, ready func()) bool {
	k.t.Helper()
	command := startChild(k.t, dir, k.environment)
	if err := command.Start(); err != nil {
		k.t.Fatal(err)
	}
	ready()
	if err := command.Process.Signal(syscall.SIGKILL); err != nil && !errors.Is(err, os.ErrProcessDone) {
		k.t.Fatal(err)
	}
	_ = command.Wait() // killed, or done
	if _, err := readCheckpoint(filepath.Join(dir, rundir.LastFile)); err != nil && !errors.Is(err, os.ErrNotExist) {
		k.t.Fatalf("the checkpoint of a killed run: %v", err)
	}
	_, err := os.Stat(filepath.Join(dir, rundir.ResultFile))
	return errors.Is(err, os.ErrNotExist)
}

func (k *killer) compare(dir string) {
	k.t.Helper()
	sameRun(k.t, k.whole, dir)
	if a, b := eventsOf(k.t, k.whole), eventsOf(k.t, dir); !slices.Equal(a, b) {
		k.t.Errorf("events:\n%s\nwant\n%s", strings.Join(b, "\n"), strings.Join(a, "\n"))
	}
}

func (k *killer) atRandom() {
	k.whole = k.t.TempDir()
	began := time.Now()
	k.finish(k.whole)
	k.took = time.Since(began)
	hit, inside := 0, 0
	for run := uint64(0); hit < *kills; run++ {
		if run > 4*uint64(*kills) {
			k.t.Fatalf("only %d kills in %d runs hit a run under way", hit, run)
		}
		dir := k.t.TempDir()
		random := rand.New(rand.NewPCG(run, 2))
		for hit < *kills && k.killAfter(dir, func() { time.Sleep(time.Duration(random.Int64N(int64(k.took * 2 / 3)))) }) {
			hit++
			if c, err := readCheckpoint(filepath.Join(dir, rundir.LastFile)); err == nil && c.State.Step > 0 {
				inside++
			}
		}
		k.finish(dir)
		k.compare(dir)
	}
	k.t.Logf("%d kills, %d of them with a checkpoint from inside an epoch", hit, inside)
	if inside == 0 {
		k.t.Error("no kill left a checkpoint from inside an epoch: the test shows nothing")
	}
}

// whileWriting kills a run when the file that becomes its checkpoint is there.
func (k *killer) whileWriting() {
	dir := k.t.TempDir()
	temporary := wholefile.Aside(filepath.Join(dir, rundir.LastFile))
	there := func() bool { _, err := os.Stat(temporary); return err == nil }
	for try := range 50 {
		alive := k.killAfter(dir, func() {
			for end := time.Now().Add(k.took); !there() && time.Now().Before(end); {
				time.Sleep(50 * time.Microsecond)
			}
		})
		if there() {
			k.t.Log(fmt.Sprintf("hit at try %d", try+1))
			k.finish(dir)
			k.compare(dir)
			return
		}
		if !alive {
			dir = k.t.TempDir()
			temporary = wholefile.Aside(filepath.Join(dir, rundir.LastFile))
		}
	}
	k.t.Error("no kill hit the writing of a checkpoint")
}
