package wholefile

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"syscall"

	"github.com/vicinal-ml/vicinal/internal/patherr"
)

// SyncDir brings the entries of a folder to the disk: the names made, changed
// and removed in it, not the content behind them. Where the system cannot sync
// a folder, or the user may not read it, it does nothing.
func SyncDir(dir string) error {
	folder, err := os.Open(dir)
	if errors.Is(err, fs.ErrPermission) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("syncing the folder %s: %w", dir, patherr.Cause(err))
	}
	defer folder.Close()
	if err := folder.Sync(); err != nil && !cannotSync(err) {
		return fmt.Errorf("syncing the folder %s: %w", dir, patherr.Cause(err))
	}
	return nil
}

// cannotSync tells a system that has no sync of folders from one that failed.
func cannotSync(err error) bool {
	return runtime.GOOS == "windows" || errors.Is(err, errors.ErrUnsupported) || errors.Is(err, syscall.EINVAL)
}

// MkdirAll makes a folder and those on the way to it, as [os.MkdirAll] does
// with the permissions 0777, and brings the entries of all that it makes to the
// disk, and in any case that of dir.
func MkdirAll(dir string) error {
	dir = filepath.Clean(dir)
	parent := filepath.Dir(dir)
	info, err := os.Stat(dir)
	switch {
	case err == nil && !info.IsDir():
		return &fs.PathError{Op: "mkdir", Path: dir, Err: syscall.ENOTDIR}
	case err == nil && parent == dir:
		return nil
	case err == nil:
		return SyncDir(parent)
	}
	if _, err := os.Stat(parent); err != nil && parent != dir {
		if err := MkdirAll(parent); err != nil {
			return err
		}
	}
	if err := os.Mkdir(dir, 0o777); err != nil {
		// Another may have made it at the same time.
		if info, statErr := os.Stat(dir); statErr != nil || !info.IsDir() {
			return err
		}
	}
	return SyncDir(parent)
}
