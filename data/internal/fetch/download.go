// Package fetch downloads files over connections that stall, break and lie,
// and unpacks archives that may be hostile.
package fetch

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/vicinal-ml/vicinal/internal/regular"
	"github.com/vicinal-ml/vicinal/internal/wholefile"
)

// File is what to download, and where to.
type File struct {
	URLs   []string // tried one after the other: http, https, file, or a path
	Dest   string   // path of the result; the part that is there so far is at Dest + ".part"
	SHA256 string   // in hexadecimal, "" where it is not known
	Size   int64    // in bytes, 0 where it is not known
	Limit  int64    // the most bytes to take where the size is not known
}

// Downloader says how to download.
type Downloader struct {
	Client   *http.Client
	Idle     time.Duration                        // how long a connection may be silent
	Attempts int                                  // tries of one URL that bring nothing, before the next URL
	Wait     time.Duration                        // before the second try; doubled for each further one
	Progress func(dest string, done, total int64) // total is 0 where it is not known; may be nil
}

// permanent marks an error that trying again will not help.
type permanent struct{ error }

func (p permanent) Unwrap() error { return p.error }

// ChecksumError is the error for a file whose SHA-256 is not the known one.
type ChecksumError struct{ From, Got, Want string }

// Error names the source and both sums.
func (e *ChecksumError) Error() string {
	return fmt.Sprintf("%s has SHA-256 %s, not %s: the file is damaged, or not the one expected", e.From, e.Got, e.Want)
}

// Get downloads f, going on where an earlier download stopped. Dest appears
// only when it is whole and on the disk, by rename. A Dest that is there is
// taken for f only if it has the sum that is known or, where none is, the one
// that an earlier Get from one of the URLs recorded beside it.
func (d *Downloader) Get(ctx context.Context, f File) error {
	if len(f.URLs) == 0 {
		return fmt.Errorf("nowhere to download %s from", f.Dest)
	}
	if done, err := f.there(); done || err != nil {
		return err
	}
	var failures []error
	for _, url := range f.URLs {
		err := d.from(ctx, f, url)
		if err == nil {
			if err := os.Rename(f.part(), f.Dest); err != nil {
				return err
			}
			return wholefile.SyncDir(filepath.Dir(f.Dest))
		}
		if ctx.Err() != nil {
			return fmt.Errorf("downloading %s: %w (what is there is kept)", url, context.Cause(ctx))
		}
		failures = append(failures, fmt.Errorf("downloading %s: %w", url, err))
	}
	return joinLine(failures)
}

// joinLine joins errors in one line.
func joinLine(errs []error) error {
	err := errs[0]
	for _, e := range errs[1:] {
		err = fmt.Errorf("%w; %w", err, e)
	}
	return err
}

func (f File) part() string { return f.Dest + ".part" }

// tries bounds how often a server that sends a little each time is asked.
const tries = 1000

// from tries one URL until the file is there and right.
func (d *Downloader) from(ctx context.Context, f File, url string) error {
	idle, wait := 0, d.Wait
	for range tries {
		before := f.have()
		err := d.try(ctx, f, url)
		if err == nil {
			err = f.check(url)
		}
		var p permanent
		if err == nil || ctx.Err() != nil || errors.As(err, &p) {
			return err
		}
		if f.have() > before {
			idle, wait = 0, d.Wait
			continue
		}
		if idle++; idle >= d.Attempts {
			return fmt.Errorf("%w (given up after %d tries that brought nothing)", err, idle)
		}
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return ctx.Err()
		}
		wait *= 2
	}
	return fmt.Errorf("not finished after %d tries", tries)
}

// have returns how many bytes are there, and on the disk, so far.
func (f File) have() int64 {
	stat, err := os.Stat(f.part())
	if err != nil {
		return 0
	}
	return max(0, min(stat.Size(), readRecord(f.partRecord()).Synced))
}

// discard removes what is there so far.
func (f File) discard() error {
	err := os.Remove(f.part())
	if err == nil || errors.Is(err, os.ErrNotExist) {
		err = os.Remove(f.partRecord())
	}
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	return err
}

// check compares the finished part with what is known, and removes it if it
// is wrong.
func (f File) check(from string) error {
	wrong := func(err error) error {
		if e := f.discard(); e != nil {
			return permanent{e}
		}
		return permanent{err}
	}
	sum, n, err := Sum(f.part())
	switch {
	case err != nil:
		return permanent{err}
	case f.Size > 0 && n != f.Size:
		return wrong(fmt.Errorf("%d bytes, not the %d expected", n, f.Size))
	case f.SHA256 != "" && sum != f.SHA256:
		return wrong(&ChecksumError{from, sum, f.SHA256})
	}
	if f.SHA256 == "" {
		if err := (record{URL: from, SHA256: sum}).write(f.wholeRecord()); err != nil {
			return permanent{err}
		}
	}
	if err := os.Remove(f.partRecord()); err != nil && !errors.Is(err, os.ErrNotExist) {
		return permanent{err}
	}
	return nil
}

// Sum returns the SHA-256 of a file in hexadecimal, and its size.
func Sum(path string) (string, int64, error) {
	file, err := regular.Open(path)
	if err != nil {
		return "", 0, err
	}
	defer file.Close()
	h := sha256.New()
	n, err := io.Copy(h, file)
	return hex.EncodeToString(h.Sum(nil)), n, err
}
