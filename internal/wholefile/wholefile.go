// Package wholefile writes files that appear whole or not at all.
package wholefile

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Write writes content to path: aside, synced to the disk, then renamed, so
// that neither a reader nor a crash meets half a file. What path held before
// stays until then, and stays if an error is returned. The error is one line
// that names path.
func Write(path string, content []byte) error {
	aside, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return fmt.Errorf("writing %s: %w", path, bare(err))
	}
	defer os.Remove(aside.Name()) // fails once it is renamed, as it should
	_, err = aside.Write(content)
	if err == nil {
		err = aside.Chmod(0o644)
	}
	if err == nil {
		err = aside.Sync()
	}
	if closing := aside.Close(); err == nil {
		err = closing
	}
	if err == nil {
		err = os.Rename(aside.Name(), path)
	}
	if err != nil {
		return fmt.Errorf("writing %s: %w", path, bare(err))
	}
	return nil
}

// bare strips the operation and the name of the file aside off an error.
func bare(err error) error {
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		return e.Err
	}
	if e, ok := errors.AsType[*os.LinkError](err); ok {
		return e.Err
	}
	return err
}
