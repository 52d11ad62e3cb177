package wholefile

import (
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/vicinal-ml/vicinal/internal/patherr"
)

// Pending is a file that is whole and on the disk, beside the path it is to
// have.
type Pending struct{ path, aside string }

// Prepare writes what it reads to a file beside path and brings it to the disk.
// The name of that file is always the same, [Aside]: what a killed process left
// of it is overwritten, and path has one writer at a time, which holds a lock.
// Where Prepare fails nothing is left of it. The error names path.
func Prepare(path string, content io.Reader) (*Pending, error) {
	return prepare(path, Aside(path), os.O_TRUNC, content)
}

// Aside is the path of the file that [Prepare] writes for path.
func Aside(path string) string {
	return filepath.Join(filepath.Dir(path), "."+filepath.Base(path)+Suffix)
}

func prepare(path, aside string, flag int, content io.Reader) (*Pending, error) {
	file, err := os.OpenFile(aside, os.O_WRONLY|os.O_CREATE|flag, 0o666)
	if err != nil {
		return nil, fmt.Errorf("writing %s: %w", path, patherr.Cause(err))
	}
	_, err = io.Copy(file, content)
	if err == nil {
		err = file.Sync()
	}
	if closing := file.Close(); err == nil {
		err = closing
	}
	if err != nil {
		os.Remove(aside)
		return nil, fmt.Errorf("writing %s: %w", path, patherr.Cause(err))
	}
	return &Pending{path, aside}, nil
}

// Commit gives the file its path, in place of what has it, and brings the name
// to the disk.
func (p *Pending) Commit() error {
	if err := os.Rename(p.aside, p.path); err != nil {
		p.Discard()
		return fmt.Errorf("writing %s: %w", p.path, patherr.Cause(err))
	}
	return SyncDir(filepath.Dir(p.path))
}

// Discard removes the file; path stays as it is.
func (p *Pending) Discard() { os.Remove(p.aside) }
