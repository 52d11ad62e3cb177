package rundir

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/vicinal-ml/vicinal/internal/patherr"
)

// Journal is a file of one JSON object a line that only grows, but for the
// cut back to a checkpoint.
type Journal struct {
	file   *os.File
	size   int64
	marked Mark // the last one
}

// Mark is the length of a journal, and the SHA-256 of what it holds.
type Mark struct {
	Size int64  `json:"size"`
	Sum  string `json:"sha256"`
}

// OpenJournal opens the file and cuts it back to a mark. It refuses a file
// that does not begin with what the mark was made of.
func OpenJournal(path string, at Mark) (*Journal, error) {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o666)
	if err != nil {
		return nil, fmt.Errorf("opening the run's journal: %w", err)
	}
	j := &Journal{file: file, size: at.Size}
	if err := j.cut(at); err != nil {
		file.Close()
		return nil, err
	}
	return j, nil
}

func (j *Journal) cut(at Mark) error {
	if at.Size < 0 {
		return fmt.Errorf("%w: it marks %s at %d bytes", ErrDamaged, j.file.Name(), at.Size)
	}
	if at.Size > 0 {
		now, err := j.Mark()
		if errors.Is(err, io.EOF) || err == nil && now.Sum != at.Sum {
			return fmt.Errorf("%w: %s is not what it was when the checkpoint was written, so the run cannot go on from it; remove the folder %s to start again",
				ErrDamaged, j.file.Name(), filepath.Dir(j.file.Name()))
		}
		if err != nil {
			return err
		}
	}
	if err := j.file.Truncate(at.Size); err != nil {
		return fmt.Errorf("cutting back %s: %w", j.file.Name(), patherr.Cause(err))
	}
	return nil
}

// Add writes one line.
func (j *Journal) Add(object any) error {
	line, err := json.Marshal(object)
	if err != nil {
		return fmt.Errorf("writing %s: %w", j.file.Name(), patherr.Cause(err))
	}
	n, err := j.file.WriteAt(append(line, '\n'), j.size)
	if err != nil {
		return fmt.Errorf("writing %s: %w", j.file.Name(), patherr.Cause(err))
	}
	j.size += int64(n)
	return nil
}

// Mark brings the journal to the disk and returns its mark. The error is
// io.EOF if the file is shorter than it should be.
func (j *Journal) Mark() (Mark, error) {
	if j.size == j.marked.Size {
		return j.marked, nil
	}
	if err := j.file.Sync(); err != nil {
		return Mark{}, fmt.Errorf("writing %s: %w", j.file.Name(), patherr.Cause(err))
	}
	sum := sha256.New()
	n, err := io.Copy(sum, io.NewSectionReader(j.file, 0, j.size))
	if err != nil {
		return Mark{}, fmt.Errorf("reading %s: %w", j.file.Name(), patherr.Cause(err))
	}
	if n < j.size {
		return Mark{}, io.EOF
	}
	j.marked = Mark{Size: j.size, Sum: hex.EncodeToString(sum.Sum(nil))}
	return j.marked, nil
}

// Close closes the file.
func (j *Journal) Close() { j.file.Close() }
