package train

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

const temporarySuffix = ".tmp"

// writeFile writes what it reads to a file beside path, brings it to the disk,
// and renames it to path. path is either as before or whole. Where writing
// fails, the file beside is removed.
func writeFile(path string, content io.Reader) error {
	temporary, err := writeAside(path, content)
	if err != nil {
		return err
	}
	if err := os.Rename(temporary, path); err != nil {
		return fmt.Errorf("writing %s: %w", path, bare(err))
	}
	return syncFolder(path)
}

// writeAside writes the file beside path and returns its name.
func writeAside(path string, content io.Reader) (temporary string, err error) {
	temporary = filepath.Join(filepath.Dir(path), "."+filepath.Base(path)+temporarySuffix)
	file, err := os.OpenFile(temporary, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o666)
	if err != nil {
		return "", fmt.Errorf("writing %s: %w", path, bare(err))
	}
	_, err = io.Copy(file, content)
	if err == nil {
		err = file.Sync()
	}
	if closeErr := file.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		os.Remove(temporary)
		return "", fmt.Errorf("writing %s: %w", path, bare(err))
	}
	return temporary, nil
}

// syncFolder brings the entry of path to the disk.
func syncFolder(path string) error {
	folder, err := os.Open(filepath.Dir(path))
	if err != nil {
		return fmt.Errorf("writing %s: %w", path, err)
	}
	defer folder.Close()
	// Some file systems cannot sync a folder; the rename is then as durable
	// as it gets.
	_ = folder.Sync()
	return nil
}

// bare strips the operation and the file name off an error that is reported
// with a better name.
func bare(err error) error {
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		return e.Err
	}
	if e, ok := errors.AsType[*os.LinkError](err); ok {
		return e.Err
	}
	return err
}
