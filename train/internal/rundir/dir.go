package rundir

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/vicinal-ml/vicinal/internal/filelock"
	"github.com/vicinal-ml/vicinal/internal/ownfolder"
	"github.com/vicinal-ml/vicinal/internal/wholefile"
)

// The files of a run's folder.
const (
	SpecFile     = "spec.toml"
	MetricsFile  = "metrics.jsonl"
	TimingFile   = "timing.jsonl"
	LastFile     = "checkpoint-last"
	PreviousFile = "checkpoint-previous"
	BestFile     = "checkpoint-best"
	ResultFile   = "result.json"
	PreviewFile  = "mixed.png" // of the first mixed batch, which others draw
	LockFile     = ".lock"

	MixedFile       = "mixed.safetensors"       // the first mixed samples
	PredictionsFile = "predictions.safetensors" // on the test part, written before the result
)

// Dir is the folder of a run.
type Dir struct {
	Path string

	// Cut, unless it is nil, is called before each change of the checkpoints'
	// names; its error ends what was being done. For tests.
	Cut func() error

	lock *os.File // nil where the folder is only looked at
}

// At is a folder that is looked at, without its lock.
func At(path string) *Dir { return &Dir{Path: path} }

// Open creates the folder, or enters the one there is, and takes its lock. The
// error wraps ErrBusy where another process has it. The caller closes it.
func Open(path string) (*Dir, error) {
	if err := wholefile.MkdirAll(path); err != nil {
		return nil, fmt.Errorf("creating the run folder: %w", err)
	}
	lock, err := os.OpenFile(filepath.Join(path, LockFile), os.O_RDWR|os.O_CREATE, 0o666)
	if err != nil {
		return nil, fmt.Errorf("run folder %s cannot be written: %w", path, err)
	}
	if ok, err := filelock.Try(lock); !ok {
		lock.Close()
		if err == nil {
			err = ErrBusy
		}
		return nil, fmt.Errorf("run folder %s: %w", path, err)
	}
	return &Dir{Path: path, lock: lock}, nil
}

// Close gives the lock back.
func (d *Dir) Close() { d.lock.Close() }

// RefuseStrangers fails, with an error that wraps refused, if there is a file
// that no run leaves behind before its spec.toml.
func (d *Dir) RefuseStrangers(refused error) error {
	return ownfolder.Check(d.Path, SpecFile, func(name string) bool {
		return name == LockFile || name == PreviewFile || strings.HasSuffix(name, wholefile.Suffix)
	}, refused)
}

// File is the path of a file of the folder.
func (d *Dir) File(name string) string { return filepath.Join(d.Path, name) }

// Exists reports whether there is a file of that name.
func (d *Dir) Exists(name string) bool {
	_, err := os.Lstat(d.File(name))
	return err == nil
}

// Replace writes a whole file aside and renames it.
func (d *Dir) Replace(name string, text []byte) error {
	pending, err := wholefile.Prepare(d.File(name), bytes.NewReader(text))
	if err != nil {
		return err
	}
	return pending.Commit()
}
