package train

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/vicinal-ml/vicinal/data"
	"github.com/vicinal-ml/vicinal/train/internal/rundir"
)

// interruptAt runs until the step, cancels, and returns the error.
func interruptAt(t *testing.T, set *data.Set, spec Spec, dir string, step int64) error {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	_, err := Run(ctx, backendFor(t), set, spec, dir, Hooks{Step: func(i StepInfo) {
		if i.Done == step {
			cancel()
		}
	}})
	return err
}

// TestResume interrupts runs after each of their steps.
func TestResume(t *testing.T) {
	specs := map[string]func(*Spec){
		"momentum, cosine": func(s *Spec) { s.Optimizer.Nesterov = true },
		"adam, steps, warm-up": func(s *Spec) {
			s.Optimizer = Optimizer{Name: OptimizerAdam, Schedule: ScheduleStep, Drops: []int{2, 3}, WarmupEpochs: 1}
		},
		"second batch, settle": func(s *Spec) { s.Method = "mixup:1,second,per=sample,settle=1,tolerance=0.9" },
		"batches mixed or not": func(s *Spec) { s.Method = "samplepairing:p=0.5" },
		"average, one-cycle, clipped": func(s *Spec) {
			s.Average, s.LabelSmoothing = Average{Decay: 0.9, Every: 2}, 0.1
			s.Optimizer.Schedule, s.Optimizer.ClipNorm, s.Optimizer.NormBiasFactor = ScheduleOneCycle, 0.5, 4
		},
		"lookahead": func(s *Spec) {
			s.Model = "airbench:width=2,depth=2"
			s.Average = Average{Decay: 0.8, Every: 3, Ramp: 2, Lookahead: true}
		},
		"frozen after an epoch, mirrored": func(s *Spec) {
			s.Model, s.EvalFlip = "airbench:width=2,depth=2", true
			s.Freeze = []Freeze{{"whiten/bias", 1}, {"block1/*/kernel", 0}}
		},
		"prepared network": func(s *Spec) { s.Model = "airbench:width=2,depth=2" },
		"augmented, ahead": func(s *Spec) {
			s.Method, s.Augment, s.Workers = "samplepairing:second", "crop:1,flip:alternate,erase:0.5", 3
		},
		"weighted classes":       func(s *Spec) { s.ClassWeights, s.LabelSmoothing = "balanced", 0.1 },
		"images counted":         func(s *Spec) { s.Method = "mixup:1,warmup=1,on-images=64,off-images=33,from-epoch=1" },
		"the last batch dropped": func(s *Spec) { s.DropLast, s.Batch = true, 40 },
		"one batch is an epoch":  func(s *Spec) { s.Batch = 100 },
		"noise, or mixed within, or with the nearest": func(s *Spec) {
			s.Method, s.Augment = "oneof:noise:0.1/mixup:2;at=hidden/mixup:1;partners=nearest;k=3", "crop:1"
		},
		"dropout": func(s *Spec) { s.Model = "samplepairing:width=1,hidden=8" },
	}
	for name, change := range specs {
		t.Run(name, func(t *testing.T) {
			spec := quickSpec()
			change(&spec)
			set := smallSet(t, spec)
			whole := t.TempDir()
			result := mustRun(t, set, spec, whole, Hooks{})
			for step := int64(1); step < result.Steps; step++ {
				dir := t.TempDir()
				if err := interruptAt(t, set, spec, dir, step); !errors.Is(err, ErrInterrupted) {
					t.Fatalf("step %d: %v", step, err)
				}
				if c := mustRead(t, dir, rundir.LastFile); c.State.Steps != step {
					t.Fatalf("interrupted in step %d, saved after step %d", step, c.State.Steps)
				}
				var first StepInfo
				mustRun(t, set, spec, dir, Hooks{Step: func(i StepInfo) {
					if first.Done == 0 {
						first = i
					}
				}})
				if first.Done != step+1 {
					t.Errorf("resumed at step %d, want %d", first.Done, step+1)
				}
				sameRun(t, whole, dir)
			}
		})
	}
}

// TestResumeDuringEvaluation cancels where only the evaluation is left.
func TestResumeDuringEvaluation(t *testing.T) {
	spec := quickSpec()
	set := smallSet(t, spec)
	whole := t.TempDir()
	mustRun(t, set, spec, whole, Hooks{})

	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	slow := *set
	slow.Test = cancelling{set.Test, cancel}
	dir := t.TempDir()
	if _, err := Run(ctx, backendFor(t), &slow, spec, dir, Hooks{}); !errors.Is(err, ErrInterrupted) {
		t.Fatal(err)
	}
	if c := mustRead(t, dir, rundir.LastFile); c.State.Epoch != 1 || c.State.Step != 4 {
		t.Errorf("saved after %d epochs and %d steps", c.State.Epoch, c.State.Step)
	}
	mustRun(t, set, spec, dir, Hooks{})
	sameRun(t, whole, dir)
}

// cancelling cancels when sample 21 is read, which the fingerprint leaves out.
type cancelling struct {
	data.Split
	cancel context.CancelFunc
}

func (c cancelling) Read(ctx context.Context, i int, dst []float32) error {
	if i == 21 {
		c.cancel()
	}
	return c.Split.Read(ctx, i, dst)
}

func TestCancelledBefore(t *testing.T) {
	spec := quickSpec()
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err := Run(ctx, backendFor(t), smallSet(t, spec), spec, t.TempDir(), Hooks{Step: func(StepInfo) { t.Error("a step was taken") }})
	if !errors.Is(err, ErrInterrupted) || !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

// TestDamaged flips and cuts bytes of the last checkpoint.
func TestDamaged(t *testing.T) {
	spec := quickSpec()
	spec.CheckpointEvery = 1 // after every step, so that there is a previous one
	set := smallSet(t, spec)
	whole := t.TempDir()
	mustRun(t, set, spec, whole, Hooks{})
	start := t.TempDir()
	if err := interruptAt(t, set, spec, start, 10); !errors.Is(err, ErrInterrupted) {
		t.Fatal(err)
	}
	good := []byte(readFile(t, start, rundir.LastFile))
	damages := map[string]func([]byte) []byte{
		"magic":   func(b []byte) []byte { b[0] ^= 1; return b },
		"length":  func(b []byte) []byte { b[8] ^= 1; return b },
		"header":  func(b []byte) []byte { b[40] ^= 4; return b },
		"tensor":  func(b []byte) []byte { b[len(b)-100] ^= 1; return b },
		"sum":     func(b []byte) []byte { b[len(b)-1] ^= 128; return b },
		"cut":     func(b []byte) []byte { return b[:len(b)-1] },
		"cut off": func(b []byte) []byte { return b[:20] },
		"empty":   func([]byte) []byte { return nil },
		"longer":  func(b []byte) []byte { return append(b, 0) },
	}
	for name, damage := range damages {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			if err := os.CopyFS(dir, os.DirFS(start)); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, rundir.LastFile), damage([]byte(string(good))), 0o666); err != nil {
				t.Fatal(err)
			}
			runner := Runner{Backend: backendFor(t), Set: set, Spec: spec, Dir: dir}
			_, err := runner.Run(context.Background())
			if !errors.Is(err, ErrDamaged) || !strings.Contains(err.Error(), filepath.Join(dir, rundir.LastFile)) || !strings.Contains(err.Error(), rundir.PreviousFile) {
				t.Fatalf("%v", err)
			}
			var notes []string
			runner.UsePrevious = true
			runner.Hooks.Note = func(s string) { notes = append(notes, s) }
			if _, err := runner.Run(context.Background()); err != nil {
				t.Fatal(err)
			}
			sameRun(t, whole, dir)
			if all := strings.Join(notes, "\n"); !strings.Contains(all, rundir.LastFile) || !strings.Contains(all, "resuming from "+rundir.PreviousFile) {
				t.Errorf("notes: %s", all)
			}
		})
	}

	// A crash between two renames leaves only the previous one.
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(start)); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(dir, rundir.LastFile)); err != nil {
		t.Fatal(err)
	}
	mustRun(t, set, spec, dir, Hooks{})
	sameRun(t, whole, dir)
}

func TestResumeRefuses(t *testing.T) {
	spec := quickSpec()
	set := smallSet(t, spec)
	start := t.TempDir()
	if err := interruptAt(t, set, spec, start, 10); !errors.Is(err, ErrInterrupted) {
		t.Fatal(err)
	}
	otherSeed := spec
	otherSeed.Seed = 2
	tests := []struct {
		name   string
		spoil  func(t *testing.T, dir string)
		spec   Spec
		set    *data.Set
		is     error
		naming string
	}{
		{"another seed", nil, otherSeed, set, ErrOtherRun, "seed = 1 there, 2 here"},
		{"other data", nil, spec, changed(t, set), ErrOtherRun, "made from other data than digits holds now"},
		{"metrics changed", func(t *testing.T, dir string) { overwrite(t, dir, rundir.MetricsFile, "{") }, spec, set, ErrDamaged, rundir.MetricsFile},
		{"metrics longer and changed", func(t *testing.T, dir string) {
			overwrite(t, dir, rundir.MetricsFile, "#"+readFile(t, dir, rundir.MetricsFile))
		}, spec, set, ErrDamaged, rundir.MetricsFile},
		{"spec not readable", func(t *testing.T, dir string) { overwrite(t, dir, rundir.SpecFile, "colour = 3\n") }, spec, set, ErrOtherRun, "spec.toml"},
		{"checkpoint of another spec", func(t *testing.T, dir string) {
			text, err := otherSeed.encode()
			if err != nil {
				t.Fatal(err)
			}
			overwrite(t, dir, rundir.SpecFile, string(text))
		}, otherSeed, set, ErrOtherRun, "of another spec"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			if err := os.CopyFS(dir, os.DirFS(start)); err != nil {
				t.Fatal(err)
			}
			if test.spoil != nil {
				test.spoil(t, dir)
			}
			_, err := Run(context.Background(), backendFor(t), test.set, test.spec, dir, Hooks{Step: func(StepInfo) { t.Error("a step was taken") }})
			if !errors.Is(err, test.is) || !strings.Contains(fmt.Sprint(err), test.naming) {
				t.Errorf("%v, want %v naming %s", err, test.is, test.naming)
			}
		})
	}
}

// TestResumeElsewhere changes what does not matter to the outcome.
func TestResumeElsewhere(t *testing.T) {
	spec := quickSpec()
	set := smallSet(t, spec)
	whole := t.TempDir()
	mustRun(t, set, spec, whole, Hooks{})
	dir := t.TempDir()
	if err := interruptAt(t, set, spec, dir, 7); !errors.Is(err, ErrInterrupted) {
		t.Fatal(err)
	}
	// The timing is no part of the outcome.
	overwrite(t, dir, rundir.TimingFile, "lost")
	// What was written after the checkpoint is cut off.
	overwrite(t, dir, rundir.MetricsFile, readFile(t, dir, rundir.MetricsFile)+`{"epoch":2}`)
	spec.DataDir, spec.CheckpointEvery = "/elsewhere", 1
	mustRun(t, set, spec, dir, Hooks{})
	sameRun(t, whole, dir)
}

func overwrite(t *testing.T, dir, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

// changed returns the set with another label of one training sample.
func changed(t *testing.T, set *data.Set) *data.Set {
	t.Helper()
	c := *set
	train := load(t, set, set.Train)
	train.labels[3] = (train.labels[3] + 1) % 10
	c.Train = train
	return &c
}
