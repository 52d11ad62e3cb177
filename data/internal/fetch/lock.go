package fetch

import (
	"context"
	"os"
	"time"

	"github.com/vicinal-ml/vicinal/internal/filelock"
)

// Lock waits for the lock at path, which one process holds at a time. waiting
// is called once if another holds it; it may be nil. The lock ends with
// unlock, or with the process.
func Lock(ctx context.Context, path string, waiting func()) (unlock func(), err error) {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, err
	}
	for {
		ok, err := filelock.Try(file)
		if err != nil {
			file.Close()
			return nil, err
		}
		if ok {
			return func() { file.Close() }, nil
		}
		if waiting != nil {
			waiting()
			waiting = nil
		}
		select {
		case <-ctx.Done():
			file.Close()
			return nil, ctx.Err()
		case <-time.After(50 * time.Millisecond):
		}
	}
}
