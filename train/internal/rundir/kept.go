package rundir

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"

	"github.com/vicinal-ml/vicinal/internal/patherr"
	"github.com/vicinal-ml/vicinal/internal/wholefile"
)

// MaxKept bounds how many checkpoints of before a run keeps.
const MaxKept = 100

// AsideFile is the last checkpoint until it is whole and gets its name.
const AsideFile = "." + LastFile + wholefile.Suffix

// PreviousName names the checkpoint that was the last one that many saves
// before, from 1.
func PreviousName(saves int) string {
	if saves == 1 {
		return PreviousFile
	}
	return fmt.Sprintf("%s-%d", PreviousFile, saves)
}

// Checkpoints returns the names of the checkpoints that a run can go on from,
// the newest first.
func (d *Dir) Checkpoints() []string {
	names := []string{LastFile}
	for saves := range MaxKept {
		names = append(names, PreviousName(saves+1))
	}
	return slices.DeleteFunc(names, func(name string) bool { return !d.Exists(name) })
}

// Age makes the last checkpoint, which must be whole, the newest of those of
// before, of which it keeps n; the last one stays. Wherever it is cut short,
// the others are there under one name each, in the same order.
func (d *Dir) Age(n int) error {
	// A save that was cut short after its ageing has done it already.
	aged := sameFile(d.File(LastFile), d.File(PreviousFile))
	for saves := MaxKept; saves >= 1; saves-- {
		name := d.File(PreviousName(saves))
		var err error
		switch {
		case saves > n:
			err = d.remove(name)
		case saves > 1 && !aged:
			err = d.rename(d.File(PreviousName(saves-1)), name)
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("keeping checkpoints: %w", err)
		}
	}
	if aged {
		return nil
	}
	return d.keep(d.File(LastFile), d.File(PreviousFile))
}

// Drop removes checkpoints that are damaged, but for the last one, which is
// whole once it has been written again.
func (d *Dir) Drop(damaged []string) error {
	for _, name := range damaged {
		if name == LastFile {
			continue
		}
		if err := d.remove(d.File(name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("removing a damaged checkpoint: %w", err)
		}
	}
	return nil
}

func sameFile(a, b string) bool {
	one, err := os.Lstat(a)
	if err != nil {
		return false
	}
	other, err := os.Lstat(b)
	return err == nil && os.SameFile(one, other)
}

// remove is os.Remove, if the file is there.
func (d *Dir) remove(name string) error {
	if _, err := os.Lstat(name); err != nil {
		return err
	}
	if err := d.Changing(); err != nil {
		return err
	}
	return os.Remove(name)
}

// rename is os.Rename, if the file is there.
func (d *Dir) rename(from, to string) error {
	if _, err := os.Lstat(from); err != nil {
		return err
	}
	if err := d.Changing(); err != nil {
		return err
	}
	return os.Rename(from, to)
}

// Changing is called before each change of the checkpoints' names.
func (d *Dir) Changing() error {
	if d.Cut != nil {
		return d.Cut()
	}
	return nil
}

// keep makes previous the file at path, which stays. If there is none, it does
// nothing.
func (d *Dir) keep(path, previous string) error {
	linked := previous + wholefile.Suffix
	os.Remove(linked)
	if err := d.Changing(); err != nil {
		return err
	}
	err := os.Link(path, linked)
	switch {
	case err == nil:
		err = d.rename(linked, previous)
	case errors.Is(err, os.ErrNotExist):
		return nil
	default:
		// A file system without hard links: for a moment there is no file at
		// path, and a run that ends there goes on from previous.
		err = d.rename(path, previous)
	}
	if err != nil {
		return fmt.Errorf("keeping %s: %w", previous, patherr.Cause(err))
	}
	return nil
}

// Finish gives what was written aside its name.
func (d *Dir) Finish() error {
	last := d.File(LastFile)
	if err := d.rename(d.File(AsideFile), last); err != nil {
		return fmt.Errorf("writing %s: %w", last, patherr.Cause(err))
	}
	return wholefile.SyncDir(d.Path)
}

// Forget removes a file that may not be there.
func (d *Dir) Forget(name string) error {
	if err := os.Remove(d.File(name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("removing %s: %w", d.File(name), patherr.Cause(err))
	}
	return nil
}
