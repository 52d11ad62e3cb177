package train

import (
	"errors"
	"fmt"
	"io/fs"

	"github.com/vicinal-ml/vicinal/internal/wholefile"
	"github.com/vicinal-ml/vicinal/train/internal/rundir"
)

// openFolder creates the folder of a run, or enters the one there is, which
// must be of the same spec. spec is resolved.
func openFolder(path string, spec Spec) (*rundir.Dir, error) {
	f, err := rundir.Open(path)
	if err != nil {
		return nil, err
	}
	if err := claimFolder(f, spec); err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

// claimFolder writes spec.toml, or compares it.
func claimFolder(f *rundir.Dir, spec Spec) error {
	text, err := wholefile.Read(f.File(rundir.SpecFile), maxSpecBytes)
	if errors.Is(err, fs.ErrNotExist) {
		if err := f.RefuseStrangers(ErrOtherRun); err != nil {
			return err
		}
		text, err = spec.encode()
		if err != nil {
			return err
		}
		return f.Replace(rundir.SpecFile, text)
	}
	if err != nil {
		return fmt.Errorf("reading the run folder: %w", err)
	}
	there, err := decodeSpec(text)
	if err != nil {
		return fmt.Errorf("%w: %s: %w", ErrOtherRun, f.File(rundir.SpecFile), err)
	}
	if there.Hash() != spec.Hash() {
		return fmt.Errorf("%w: %s holds a run of another spec (%s); choose another folder or remove it", ErrOtherRun, f.Path, spec.Difference(there))
	}
	return nil
}
