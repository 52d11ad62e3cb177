package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
)

// torch is reference.py, under way.
type torch struct {
	cmd     *exec.Cmd
	in      io.WriteCloser
	out     *bufio.Reader
	Version string `json:"version"`
}

func startTorch(ctx context.Context, interpreter string, threads int) (*torch, error) {
	cmd := exec.CommandContext(ctx, interpreter, "bench/parity/reference.py", strconv.Itoa(threads))
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("starting PyTorch: %w", err)
	}
	t := &torch{cmd: cmd, in: in, out: bufio.NewReader(out)}
	if err := t.answer(t); err != nil {
		return nil, err
	}
	return t, nil
}

// do has PyTorch do a task.
func (t *torch) do(task map[string]any, answer any) error {
	line, err := json.Marshal(task)
	if err != nil {
		return err
	}
	if _, err := t.in.Write(append(line, '\n')); err != nil {
		return fmt.Errorf("asking PyTorch: %w", err)
	}
	return t.answer(answer)
}

func (t *torch) answer(into any) error {
	line, err := t.out.ReadBytes('\n')
	if err != nil {
		return fmt.Errorf("PyTorch gave no answer: %w", err)
	}
	return json.Unmarshal(line, into)
}

func (t *torch) close() {
	t.in.Close()
	t.cmd.Wait() // its answers are all that counts
}
