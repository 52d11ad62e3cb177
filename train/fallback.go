package train

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/vicinal-ml/vicinal/internal/patherr"
	"github.com/vicinal-ml/vicinal/internal/wholefile"
	"github.com/vicinal-ml/vicinal/zoo"
)

// firstWhole reads the newest checkpoint that is whole, where the first of
// names is not: what a save that was cut short had written aside, at -1, or
// one of those of before, at its place in names. It is nil if there is none.
func (f *folder) firstWhole(network *zoo.Network, names []string, wanted func(entry) bool) (c *checkpoint, at int) {
	if c, err := readCheckpointOf(network, f.file(asideFile), wanted); err == nil {
		return c, -1
	}
	for at := 1; at < len(names); at++ {
		if c, err := readCheckpointOf(network, f.file(names[at]), wanted); err == nil {
			return c, at
		}
	}
	return nil, 0
}

func nameOf(names []string, at int) string {
	if at < 0 {
		return asideFile
	}
	return names[at]
}

// finish gives what was written aside its name.
func (f *folder) finish() error {
	last := f.file(lastFile)
	if err := f.rename(f.file(asideFile), last); err != nil {
		return fmt.Errorf("writing %s: %w", last, patherr.Cause(err))
	}
	return wholefile.SyncDir(f.path)
}

// forget removes a file that may not be there.
func (f *folder) forget(name string) error {
	if err := os.Remove(f.file(name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("removing %s: %w", f.file(name), patherr.Cause(err))
	}
	return nil
}
