package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

// yardstick is the step scheduled by hand in C++. It is started anew for each
// turn and prints its own median.
type yardstick struct {
	ctx     context.Context
	program string
	mode    string
	threads int
}

var medianStep = regexp.MustCompile(`median step ([0-9.]+) ms`)

func buildYardstick(ctx context.Context, source, dir string) (string, error) {
	program := filepath.Join(dir, "yardstick")
	cmd := exec.CommandContext(ctx, "g++", "-O3", "-march=native", "-std=c++17", "-fopenmp", source, "-o", program, "-ldnnl")
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("compiling %s: %w: %s", source, err, firstError(out))
	}
	return program, nil
}

// firstError is the first error of a compiler's output; the rest of it may be pages.
func firstError(out []byte) string {
	for line := range strings.Lines(string(out)) {
		if _, message, ok := strings.Cut(line, "error: "); ok {
			return strings.TrimSpace(message)
		}
	}
	return strings.TrimSpace(string(out))
}

func (y yardstick) turn(n int) (float64, error) {
	// Its first two steps are its own warm-up.
	cmd := exec.CommandContext(y.ctx, y.program, y.mode, strconv.Itoa(n+2))
	cmd.Env = append(os.Environ(), fmt.Sprintf("OMP_NUM_THREADS=%d", y.threads))
	out, err := cmd.Output()
	if err != nil {
		return 0, err
	}
	m := medianStep.FindSubmatch(out)
	if m == nil {
		return 0, fmt.Errorf("no median in what the yardstick printed: %s", out)
	}
	ms, err := strconv.ParseFloat(string(m[1]), 64)
	return ms / 1e3, err
}

func (y yardstick) close() error { return nil }
