package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
)

// participant takes training steps when told to.
type participant interface {
	// turn takes n steps and returns the seconds of one.
	turn(n int) (float64, error)
	close() error
}

// process is a participant in a process of its own. It prints a line of JSON
// once it is warm, then answers each line "N" with the seconds of N steps.
type process struct {
	cmd     *exec.Cmd
	in      io.WriteCloser
	out     *bufio.Reader
	Version string  `json:"version"`
	Loss    float64 `json:"loss"`
}

func startProcess(ctx context.Context, threads int, stderr io.Writer, name string, args ...string) (*process, error) {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Stderr = stderr
	cmd.Env = append(os.Environ(), fmt.Sprintf("OMP_NUM_THREADS=%d", threads))
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	p := &process{cmd: cmd, in: in, out: bufio.NewReader(out)}
	if err := p.answer(p); err != nil {
		return nil, fmt.Errorf("%s did not start: %w", name, err)
	}
	return p, nil
}

func (p *process) answer(into any) error {
	line, err := p.out.ReadBytes('\n')
	if err != nil {
		return err
	}
	return json.Unmarshal(line, into)
}

func (p *process) turn(n int) (float64, error) {
	if _, err := fmt.Fprintln(p.in, n); err != nil {
		return 0, err
	}
	var a struct{ Seconds float64 }
	if err := p.answer(&a); err != nil {
		return 0, err
	}
	return a.Seconds / float64(n), nil
}

func (p *process) close() error {
	p.in.Close()
	return p.cmd.Wait()
}
