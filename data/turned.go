package data

import (
	"context"
	"runtime"
	"sync"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"github.com/vicinal-ml/vicinal/data/internal/photo"
)

// Turned counts the pictures of the set that are turned or mirrored when they
// are read, because their EXIF data says that they do not lie upright. looked is
// false where it has no picture files, or too many to look at each time: more
// than 20,000, or 256 MiB.
func (s *Set) Turned(ctx context.Context) (pictures int, looked bool, err error) {
	switch base(s.Train).(type) {
	case *photos, *scenes:
	default:
		return 0, false, nil
	}
	files, ok := s.files(glanceFiles)
	var bytes int64
	for _, f := range files {
		bytes += f.size
	}
	if !ok || bytes > glanceBytes {
		return 0, false, nil
	}
	var turned atomic.Int64
	var spare sync.Pool
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(runtime.GOMAXPROCS(0))
	for _, f := range files {
		group.Go(func() error {
			if err := ctx.Err(); err != nil {
				return err
			}
			memory, _ := spare.Get().(*[]byte)
			if memory == nil {
				memory = new([]byte)
			}
			defer spare.Put(memory)
			// What cannot be read is not turned either.
			file, err := readInto(*memory, f.path)
			if *memory = file; err == nil && photo.Orientation(file) != photo.Upright {
				turned.Add(1)
			}
			return nil
		})
	}
	err = group.Wait()
	return int(turned.Load()), err == nil, err
}
