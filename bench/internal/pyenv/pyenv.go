// Package pyenv gives the programs of bench the Python interpreter that runs
// PyTorch: one named by the user, or that of a virtual environment with the
// packages of bench/requirements.txt, which all of them share.
package pyenv

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
)

// Dir is the virtual environment of the programs of bench, and requirements
// its packages; both are relative to the module's folder.
const (
	Dir          = "bench/.venv"
	requirements = "bench/requirements.txt"
)

// recordName is the file in an environment that says what was installed.
const recordName = "bench-requirements.txt"

// Python says which interpreter is wanted.
type Python struct {
	Interpreter string    // taken as it is; "" is that of Venv
	Venv        string    // virtual environment
	Log         io.Writer // gets what is installed and what pip says
}

// Flags returns a Python that the flags -venv and -python set.
func Flags(set *flag.FlagSet) *Python {
	p := &Python{Log: os.Stderr}
	set.StringVar(&p.Venv, "venv", Dir, "virtual environment with the packages of "+requirements+", made if missing")
	set.StringVar(&p.Interpreter, "python", "", "Python interpreter with those packages, used as it is; \"\" is that of -venv")
	return p
}

// Path returns the interpreter. A virtual environment is made if it is missing.
// [Dir], and any other that Path made, gets the packages again when the
// requirements have changed or an installation broke off; an environment that
// the user brought is used as it is.
func (p *Python) Path(ctx context.Context) (string, error) {
	if p.Interpreter != "" {
		return p.Interpreter, nil
	}
	wanted, err := os.ReadFile(requirements)
	if err != nil {
		return "", fmt.Errorf("reading what Python needs, from the module's folder: %w", err)
	}
	interpreter, record := filepath.Join(p.Venv, "bin", "python"), filepath.Join(p.Venv, recordName)
	installed, err := os.ReadFile(record)
	switch {
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return "", fmt.Errorf("reading what %s has: %w", p.Venv, err)
	case err == nil && string(installed) == string(wanted):
		return interpreter, nil
	}
	ours := err == nil || filepath.Clean(p.Venv) == Dir
	if _, err := os.Stat(interpreter); err == nil && !ours {
		return interpreter, nil
	} else if err != nil {
		if err := p.create(ctx, record); err != nil {
			return "", err
		}
	}
	fmt.Fprintf(p.Log, "installing the packages of %s into %s\n", requirements, p.Venv)
	if err := p.command(ctx, interpreter, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", requirements); err != nil {
		return "", err
	}
	if err := os.WriteFile(record, wanted, 0o666); err != nil {
		return "", fmt.Errorf("noting what %s has: %w", p.Venv, err)
	}
	return interpreter, nil
}

// create makes the environment with an empty record: it is ours, and has nothing yet.
func (p *Python) create(ctx context.Context, record string) error {
	if err := p.command(ctx, "python3", "-m", "venv", p.Venv); err != nil {
		return err
	}
	if err := os.WriteFile(record, nil, 0o666); err != nil {
		return fmt.Errorf("noting what %s has: %w", p.Venv, err)
	}
	return nil
}

func (p *Python) command(ctx context.Context, name string, args ...string) error {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Stdout, cmd.Stderr = p.Log, p.Log
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("making the virtual environment %s: %s %v: %w", p.Venv, name, args, err)
	}
	return nil
}
