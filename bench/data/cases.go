package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/vicinal-ml/vicinal/data"
	"github.com/vicinal-ml/vicinal/data/augment"
	"github.com/vicinal-ml/vicinal/mix"
	"github.com/vicinal-ml/vicinal/stream"
)

// loaderCase is one pipeline, as both loaders run it.
type loaderCase interface {
	fmt.Stringer
	ours(ctx context.Context, workers int) (imagesPerSecond float64, err error)
	arguments(workers int) []string // of loader_torch.py
	pureGo(workers int) []string    // of this command, to time the case with Go's decoder; nil where it decodes nothing
}

// cifar crops, flips, normalises and mixes images in memory.
type cifar struct{ images, batch, skip int }

func (c cifar) String() string {
	return fmt.Sprintf("CIFAR-10 size: %d images in memory, pad-4 crop, flip, normalise, mixup; batch %d", c.images, c.batch)
}

func (c cifar) arguments(workers int) []string {
	return []string{"cifar", strconv.Itoa(c.images), strconv.Itoa(workers), strconv.Itoa(c.batch), strconv.Itoa(c.skip)}
}

func (c cifar) pureGo(int) []string { return nil }

func (c cifar) ours(ctx context.Context, workers int) (float64, error) {
	set, err := memory(ctx, c.images)
	if err != nil {
		return 0, err
	}
	pipeline, err := augment.Parse("crop:4,flip")
	if err != nil {
		return 0, err
	}
	method, err := mix.Parse("mixup:1", 1)
	if err != nil {
		return 0, err
	}
	loader := data.Loader{Split: set.Train, Batch: c.batch, Shuffle: true, DropLast: true, Augment: pipeline, Raw: true, Workers: workers}
	norm := &mix.Normalization{Mean: set.Mean, Std: set.Std}
	x := make([]float32, c.batch*set.Size())
	targets := make([]float32, c.batch*len(set.Classes))
	var plan mix.Plan
	return rate(loader.Epoch(ctx, 0, 0), c.skip, func(b *data.Batch) error {
		if err := method.Draw(&plan, mix.At{Step: b.Step, Epochs: 1, N: b.N, Labels: b.Labels}); err != nil {
			return err
		}
		if err := mix.ApplyUint8(x, b.Pixels, nil, norm, &plan); err != nil {
			return err
		}
		return mix.ApplyClasses(targets, b.Labels, nil, len(set.Classes), &plan)
	})
}

// memory returns random images in the memory of a set of CIFAR-10's files.
func memory(ctx context.Context, n int) (*data.Set, error) {
	dir, err := os.MkdirTemp("", "vicinal-bench")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	rand := stream.New(1, "bench").At(0, 0)
	records := make([]byte, n/5*3073)
	for part := range 6 {
		for i := range records {
			records[i] = byte(rand.Uint64())
		}
		for i := 0; i < len(records); i += 3073 {
			records[i] %= 10
		}
		name := "test_batch.bin"
		if part < 5 {
			name = fmt.Sprintf("data_batch_%d.bin", part+1)
		}
		if err := os.WriteFile(filepath.Join(dir, name), records, 0o600); err != nil {
			return nil, err
		}
	}
	return data.Open(ctx, "cifar10", data.Options{Dir: dir, Validation: -1})
}

// photos decodes JPEG files, crops and resizes, flips and normalises.
type photos struct {
	dir                 string
	repeat, batch, skip int
}

func (c photos) String() string {
	return fmt.Sprintf("JPEG files of %s, read %d times: random-resized crop to 224, flip, normalise; batch %d", c.dir, c.repeat, c.batch)
}

func (c photos) arguments(workers int) []string {
	return []string{"folder", c.dir, strconv.Itoa(workers), strconv.Itoa(c.batch), strconv.Itoa(c.skip), strconv.Itoa(c.repeat)}
}

func (c photos) pureGo(workers int) []string {
	return []string{"-only", "-memory", "0", "-folder", c.dir, "-workers", strconv.Itoa(workers)}
}

func (c photos) ours(ctx context.Context, workers int) (float64, error) {
	set, err := data.Open(ctx, "folder:"+c.dir, data.Options{Validation: -1})
	if err != nil {
		return 0, err
	}
	pipeline, err := augment.Parse("rrc:0.08-1:224,flip")
	if err != nil {
		return 0, err
	}
	loader := data.Loader{Split: set.Train, Batch: c.batch, Shuffle: true, DropLast: true, Augment: pipeline,
		Norm: mix.Normalization{Mean: set.Mean, Std: set.Std}, Workers: workers}
	all := func(yield func(*data.Batch, error) bool) {
		for epoch := range c.repeat {
			for b, err := range loader.Epoch(ctx, epoch, 0) {
				if !yield(b, err) {
					return
				}
			}
		}
	}
	return rate(all, c.skip, func(*data.Batch) error { return nil })
}

// rate returns the images a second of the batches after the first skip.
func rate(batches func(func(*data.Batch, error) bool), skip int, use func(*data.Batch) error) (float64, error) {
	var start time.Time
	step, images := 0, 0
	for b, err := range batches {
		if err == nil {
			err = use(b)
		}
		if err != nil {
			return 0, err
		}
		if step++; step == skip {
			start = time.Now()
		} else if step > skip {
			images += b.N
		}
	}
	return float64(images) / time.Since(start).Seconds(), nil
}

// withGoDecoder runs this command with Go's JPEG decoder: a process chooses its decoder once.
func withGoDecoder(ctx context.Context, arguments []string) (imagesPerSecond float64, err error) {
	self, err := os.Executable()
	if err != nil {
		return 0, err
	}
	cmd := exec.CommandContext(ctx, self, arguments...)
	cmd.Env = append(os.Environ(), data.JPEGVariable+"=go")
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return 0, fmt.Errorf("timing Go's JPEG decoder: %w", err)
	}
	return strconv.ParseFloat(strings.TrimSpace(string(out)), 64)
}

func torch(ctx context.Context, python string, args []string) (float64, error) {
	cmd := exec.CommandContext(ctx, python, append([]string{filepath.Join("bench", "data", "loader_torch.py")}, args...)...)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return 0, fmt.Errorf("running loader_torch.py %v: %w", args, err)
	}
	var result struct {
		ImagesPerSecond float64 `json:"images_per_second"`
	}
	if err := json.Unmarshal(out, &result); err != nil {
		return 0, fmt.Errorf("reading what loader_torch.py printed, %q: %w", out, err)
	}
	return result.ImagesPerSecond, nil
}
