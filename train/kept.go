package train

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"

	"github.com/vicinal-ml/vicinal/internal/patherr"
	"github.com/vicinal-ml/vicinal/internal/wholefile"
)

// maxKept bounds Spec.Keep.
const maxKept = 100

// asideFile is the last checkpoint until it is whole and gets its name.
const asideFile = "." + lastFile + wholefile.Suffix

// previousName names the checkpoint that was the last one that many saves
// before, from 1.
func previousName(saves int) string {
	if saves == 1 {
		return previousFile
	}
	return fmt.Sprintf("%s-%d", previousFile, saves)
}

// checkpoints returns the names of the checkpoints that a run can go on from,
// the newest first.
func (f *folder) checkpoints() []string {
	names := []string{lastFile}
	for saves := range maxKept {
		names = append(names, previousName(saves+1))
	}
	return slices.DeleteFunc(names, func(name string) bool { return !f.exists(name) })
}

// age makes the last checkpoint, which must be whole, the newest of those of
// before, of which it keeps n; the last one stays. Wherever it is cut short,
// the others are there under one name each, in the same order.
func (f *folder) age(n int) error {
	// A save that was cut short after its ageing has done it already.
	aged := sameFile(f.file(lastFile), f.file(previousFile))
	for saves := maxKept; saves >= 1; saves-- {
		name := f.file(previousName(saves))
		var err error
		switch {
		case saves > n:
			err = f.remove(name)
		case saves > 1 && !aged:
			err = f.rename(f.file(previousName(saves-1)), name)
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("keeping checkpoints: %w", err)
		}
	}
	if aged {
		return nil
	}
	return f.keep(f.file(lastFile), f.file(previousFile))
}

// drop removes checkpoints that are damaged, but for the last one, which is
// whole once it has been written again.
func (f *folder) drop(damaged []string) error {
	for _, name := range damaged {
		if name == lastFile {
			continue
		}
		if err := f.remove(f.file(name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
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
func (f *folder) remove(name string) error {
	if _, err := os.Lstat(name); err != nil {
		return err
	}
	if err := f.about(); err != nil {
		return err
	}
	return os.Remove(name)
}

// rename is os.Rename, if the file is there.
func (f *folder) rename(from, to string) error {
	if _, err := os.Lstat(from); err != nil {
		return err
	}
	if err := f.about(); err != nil {
		return err
	}
	return os.Rename(from, to)
}

// about is called before each change of the checkpoints' names.
func (f *folder) about() error {
	if f.cut != nil {
		return f.cut()
	}
	return nil
}

// keep makes previous the file at path, which stays. If there is none, it does
// nothing.
func (f *folder) keep(path, previous string) error {
	linked := previous + wholefile.Suffix
	os.Remove(linked)
	if err := f.about(); err != nil {
		return err
	}
	err := os.Link(path, linked)
	switch {
	case err == nil:
		err = f.rename(linked, previous)
	case errors.Is(err, os.ErrNotExist):
		return nil
	default:
		// A file system without hard links: for a moment there is no file at
		// path, and a run that ends there goes on from previous.
		err = f.rename(path, previous)
	}
	if err != nil {
		return fmt.Errorf("keeping %s: %w", previous, patherr.Cause(err))
	}
	return nil
}
