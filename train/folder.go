package train

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/vicinal-ml/vicinal/internal/filelock"
	"github.com/vicinal-ml/vicinal/internal/ownfolder"
	"github.com/vicinal-ml/vicinal/internal/wholefile"
)

// The files of a run folder.
const (
	specFile     = "spec.toml"
	metricsFile  = "metrics.jsonl"
	timingFile   = "timing.jsonl"
	lastFile     = "checkpoint-last"
	previousFile = "checkpoint-previous"
	bestFile     = "checkpoint-best"
	resultFile   = "result.json"
	lockFile     = ".lock"

	mixedFile       = "mixed.safetensors"       // the first mixed samples
	predictionsFile = "predictions.safetensors" // on the test part, written before the result
)

// folder is a run folder that this process holds the lock of.
type folder struct {
	path string
	lock *os.File
	cut  func() error // an error of it ends a save where it is; nil but in tests
}

// openFolder creates the folder of a run, or enters the one there is, which
// must be of the same spec. spec is resolved.
func openFolder(path string, spec Spec) (*folder, error) {
	if err := wholefile.MkdirAll(path); err != nil {
		return nil, fmt.Errorf("creating the run folder: %w", err)
	}
	lock, err := os.OpenFile(filepath.Join(path, lockFile), os.O_RDWR|os.O_CREATE, 0o666)
	if err != nil {
		return nil, fmt.Errorf("run folder %s cannot be written: %w", path, err)
	}
	f := &folder{path: path, lock: lock}
	if ok, err := filelock.Try(lock); !ok {
		lock.Close()
		if err == nil {
			err = ErrBusy
		}
		return nil, fmt.Errorf("run folder %s: %w", path, err)
	}
	if err := f.claim(spec); err != nil {
		f.close()
		return nil, err
	}
	return f, nil
}

// claim writes spec.toml, or compares it.
func (f *folder) claim(spec Spec) error {
	text, err := wholefile.Read(f.file(specFile), maxSpecBytes)
	if errors.Is(err, fs.ErrNotExist) {
		if err := ownfolder.Check(f.path, specFile, own, ErrOtherRun); err != nil {
			return err
		}
		text, err = spec.encode()
		if err != nil {
			return err
		}
		return f.replace(specFile, text)
	}
	if err != nil {
		return fmt.Errorf("reading the run folder: %w", err)
	}
	there, err := decodeSpec(text)
	if err != nil {
		return fmt.Errorf("%w: %s: %w", ErrOtherRun, f.file(specFile), err)
	}
	if there.Hash() != spec.Hash() {
		return fmt.Errorf("%w: %s holds a run of another spec (%s); choose another folder or remove it", ErrOtherRun, f.path, spec.Difference(there))
	}
	return nil
}

// own reports whether a run leaves a file behind before its spec.toml.
func own(name string) bool {
	return name == lockFile || name == previewFile || strings.HasSuffix(name, wholefile.Suffix)
}

// previewFile is the picture of the first mixed batch, which others draw.
const previewFile = "mixed.png"

func (f *folder) file(name string) string { return filepath.Join(f.path, name) }

func (f *folder) exists(name string) bool {
	_, err := os.Lstat(f.file(name))
	return err == nil
}

// replace writes a whole file aside and renames it.
func (f *folder) replace(name string, text []byte) error {
	pending, err := wholefile.Prepare(f.file(name), bytes.NewReader(text))
	if err != nil {
		return err
	}
	return pending.Commit()
}

// close gives the lock back.
func (f *folder) close() { f.lock.Close() }
