package wholefile

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"golang.org/x/sync/errgroup"
)

// syncers is how many files are synced at a time: a file system brings those
// that wait together to the disk together.
const syncers = 16

// SyncAll brings all below a folder to the disk: the contents of the files and
// the entries of all folders, its own included. Its entry in its parent is left
// to [SyncDir].
func SyncAll(ctx context.Context, dir string) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(syncers)
	var folders []string
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case ctx.Err() != nil:
			return ctx.Err()
		case e.IsDir():
			folders = append(folders, path)
		case e.Type().IsRegular():
			group.Go(func() error { return syncFile(path) })
		}
		return nil
	})
	if syncing := group.Wait(); syncing != nil {
		return syncing // why the walk ended, if both did
	}
	if err != nil {
		return err
	}
	for _, folder := range folders {
		if err := SyncDir(folder); err != nil {
			return err
		}
	}
	return nil
}

// syncFile brings the content of a file to the disk.
func syncFile(path string) error {
	file, err := os.OpenFile(path, os.O_RDWR, 0)
	if errors.Is(err, fs.ErrPermission) {
		file, err = os.Open(path) // enough but on Windows
	}
	if err != nil {
		return err
	}
	defer file.Close()
	return file.Sync()
}
