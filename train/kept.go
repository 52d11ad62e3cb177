package train

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
)

// maxKept bounds Spec.Keep.
const maxKept = 100

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

// age makes the last checkpoint the newest of those of before, of which it
// keeps n; the last one stays. Wherever it is cut short, the others are there
// under one name each, in the same order.
func (f *folder) age(n int) error {
	for saves := maxKept; saves >= 1; saves-- {
		name := f.file(previousName(saves))
		var err error
		switch {
		case saves > n:
			err = os.Remove(name)
		case saves > 1:
			err = os.Rename(f.file(previousName(saves-1)), name)
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("keeping checkpoints: %w", err)
		}
	}
	return keep(f.file(lastFile), f.file(previousFile))
}

// keep makes previous the file at path, which stays. If there is none, it does
// nothing.
func keep(path, previous string) error {
	linked := previous + temporarySuffix
	os.Remove(linked)
	err := os.Link(path, linked)
	switch {
	case err == nil:
		err = os.Rename(linked, previous)
	case errors.Is(err, os.ErrNotExist):
		return nil
	default:
		// A file system without hard links: for a moment there is no file at
		// path, and a run that ends there goes on from previous.
		err = os.Rename(path, previous)
	}
	if err != nil {
		return fmt.Errorf("keeping %s: %w", previous, bare(err))
	}
	return nil
}
