package data

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"runtime"

	"golang.org/x/sync/errgroup"

	"github.com/vicinal-ml/vicinal/internal/regular"
)

// Overlap is what the parts of a set have in common: files of equal contents
// in two of them.
type Overlap struct {
	Files   int       `json:"files"`   // of validation and test whose contents an earlier part has
	Example [2]string `json:"example"` // the first of them, and the one it is like
}

// Bounds of what is looked at whenever a set is shown or trained on, so that it is over before anyone
// waits.
const (
	glanceFiles = 20_000
	glanceBytes = 1 << 28
)

// Overlap compares the files of the parts: those of equal size are read, on all
// cores. looked is false where the set has no files of one sample each, or too
// many to compare at every start: more than 20,000, or 256 MiB in files of
// equal size. Check compares those.
func (s *Set) Overlap(ctx context.Context) (o Overlap, looked bool, err error) {
	files, ok := s.files(glanceFiles)
	if !ok {
		return o, false, nil
	}
	suspects, bytes := sameSize(files)
	if bytes > glanceBytes {
		return o, false, nil
	}
	if err := sumFiles(ctx, suspects); err != nil {
		return o, false, err
	}
	first := make(map[[sha256.Size]byte]*partFile)
	for _, f := range suspects {
		switch like := first[f.sum]; {
		case !f.read:
		case like == nil:
			first[f.sum] = f
		case like.part != f.part:
			if o.Files++; o.Files == 1 {
				o.Example = [2]string{f.path, like.path}
			}
		}
	}
	return o, true, nil
}

// String says it in one line, "" where the parts have nothing in common.
func (o Overlap) String() string {
	switch o.Files {
	case 0:
		return ""
	case 1:
		return fmt.Sprintf("a file of the validation or test part is also in another part, so errors measured on it say nothing: %s is %s", o.Example[0], o.Example[1])
	}
	return fmt.Sprintf("%d files of the validation and test parts are also in another part, so errors measured on them say nothing: %s is %s, …", o.Files, o.Example[0], o.Example[1])
}

// sameSize returns the files of a size that files of two parts have, and how much they hold.
func sameSize(files []partFile) (suspects []*partFile, bytes int64) {
	parts := make(map[int64]uint8) // by size, a bit a part
	for _, f := range files {
		parts[f.size] |= 1 << f.part
	}
	for i := range files {
		f := &files[i]
		if p := parts[f.size]; p&(p-1) != 0 {
			suspects = append(suspects, f)
			bytes += f.size
		}
	}
	return suspects, bytes
}

// sumFiles hashes the files on all cores. Those that cannot be read are left out.
func sumFiles(ctx context.Context, files []*partFile) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(runtime.GOMAXPROCS(0))
	for _, f := range files {
		group.Go(func() error {
			if err := ctx.Err(); err != nil {
				return err
			}
			file, err := regular.Open(f.path)
			if err != nil {
				return nil
			}
			defer file.Close()
			sum := sha256.New()
			_, err = io.Copy(sum, file)
			f.read = err == nil
			sum.Sum(f.sum[:0])
			return nil
		})
	}
	return group.Wait()
}
