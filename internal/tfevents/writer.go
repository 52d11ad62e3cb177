package tfevents

import (
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// flushAt is how many bytes, or how long, events wait to be written.
const (
	flushAt    = 1 << 16
	flushAfter = 2 * time.Second
)

// Writer writes one event file. It is for one goroutine.
type Writer struct {
	file    *os.File
	size    int64 // written
	pending []byte
	flushed time.Time
}

// Open begins a new event file in a folder, for a session that goes on after
// step steps from where the mark was taken. Events of the folder after the
// mark are taken away.
func Open(dir string, at Mark, step int64) (*Writer, error) {
	if err := cut(dir, at); err != nil {
		return nil, fmt.Errorf("cutting back event files: %w", err)
	}
	now := time.Now()
	name, err := nextName(dir, now)
	if err != nil {
		return nil, fmt.Errorf("beginning an event file: %w", err)
	}
	file, err := os.OpenFile(filepath.Join(dir, name), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return nil, fmt.Errorf("beginning an event file: %w", err)
	}
	w := &Writer{file: file, flushed: now}
	w.pending = appendRecord(w.pending, versionEvent(now))
	if step > 0 {
		// A reader that has seen what was cut off forgets it.
		w.pending = appendRecord(w.pending, startEvent(now, step+1))
	}
	return w, w.Flush()
}

// Scalars adds numbers of a step.
func (w *Writer) Scalars(step int64, scalars ...Scalar) error {
	if len(scalars) == 0 {
		return nil
	}
	now := time.Now()
	w.pending = appendRecord(w.pending, scalarsEvent(now, step, scalars))
	if len(w.pending) >= flushAt || now.Sub(w.flushed) >= flushAfter {
		return w.Flush()
	}
	return nil
}

// Flush writes what waits.
func (w *Writer) Flush() error {
	n, err := w.file.Write(w.pending)
	w.size += int64(n)
	w.pending = w.pending[:copy(w.pending, w.pending[n:])]
	w.flushed = time.Now()
	if err != nil {
		return fmt.Errorf("writing events: %w", err)
	}
	return nil
}

// Mark writes what waits, brings the file to the disk and returns where it
// ends.
func (w *Writer) Mark() (Mark, error) {
	if err := w.Flush(); err != nil {
		return Mark{}, err
	}
	if err := w.file.Sync(); err != nil {
		return Mark{}, fmt.Errorf("writing events: %w", err)
	}
	return Mark{File: filepath.Base(w.file.Name()), Size: w.size}, nil
}

// Close writes what waits and closes the file.
func (w *Writer) Close() error {
	err := w.Flush()
	if closeErr := w.file.Close(); err == nil {
		err = closeErr
	}
	return err
}
