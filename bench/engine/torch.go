package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// python returns the interpreter of the virtual environment, which it makes
// first if there is none.
func python(ctx context.Context, venv string) (string, error) {
	interpreter := filepath.Join(venv, "bin", "python")
	if _, err := os.Stat(interpreter); err == nil {
		return interpreter, nil
	}
	fmt.Fprintln(os.Stderr, "engine: installing PyTorch into", venv)
	for _, args := range [][]string{
		{"python3", "-m", "venv", venv},
		{interpreter, "-m", "pip", "install", "--quiet", "-r", "bench/requirements.txt"},
	} {
		cmd := exec.CommandContext(ctx, args[0], args[1:]...)
		cmd.Stdout, cmd.Stderr = os.Stderr, os.Stderr
		if err := cmd.Run(); err != nil {
			// Half an environment would be taken for a whole one.
			return "", fmt.Errorf("making %s: %v: %w", venv, args, errors.Join(err, os.RemoveAll(venv)))
		}
	}
	return interpreter, nil
}
