package fetch

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/vicinal-ml/vicinal/internal/regular"
)

var errStalled = errors.New("the connection stalled")

// try downloads from where the part ends, once.
func (d *Downloader) try(ctx context.Context, f File, from string) error {
	if path, ok := localPath(from); ok {
		return d.copyLocal(ctx, f, path)
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	silence := time.AfterFunc(d.Idle, func() { cancel(errStalled) })
	defer silence.Stop()

	offset := f.have()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, from, nil)
	if err != nil {
		return permanent{err}
	}
	// A compressed transfer has no ranges of the file.
	req.Header.Set("Accept-Encoding", "identity")
	if offset > 0 {
		validator := ""
		if r := readRecord(f.partRecord()); r.URL == from {
			validator = r.Validator
		}
		if validator == "" && f.SHA256 == "" {
			// Nothing would tell if the rest is of another file.
			offset = 0
		} else {
			req.Header.Set("Range", fmt.Sprintf("bytes=%d-", offset))
			if validator != "" {
				req.Header.Set("If-Range", validator)
			}
		}
	}
	client := *d.Client
	client.CheckRedirect = follow
	resp, err := client.Do(req)
	if _, ok := errors.AsType[*insecureError](err); ok {
		return permanent{err}
	}
	if err != nil {
		return cause(ctx, err)
	}
	defer resp.Body.Close()
	offset, total, err := f.begin(resp, offset)
	if errors.Is(err, errComplete) {
		return f.end(f.have())
	}
	if err != nil {
		return err
	}
	body := readerFunc(func(p []byte) (int, error) {
		n, err := resp.Body.Read(p)
		silence.Reset(d.Idle)
		return n, err
	})
	return cause(ctx, d.write(f, body, record{URL: from, Validator: validatorOf(resp), Synced: offset}, total))
}

// cause tells a stall from other reasons for a request's end.
func cause(ctx context.Context, err error) error {
	if err != nil && errors.Is(context.Cause(ctx), errStalled) {
		return errStalled
	}
	return err
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

var errComplete = errors.New("the part is the whole file")

// begin reads a response's head: where its body starts, and how long the file
// is, -1 where the server does not say.
func (f File) begin(resp *http.Response, offset int64) (from, total int64, err error) {
	switch {
	case resp.StatusCode == http.StatusOK:
		from, total = 0, resp.ContentLength
	case resp.StatusCode == http.StatusPartialContent && offset > 0:
		var end int64
		if _, err := fmt.Sscanf(resp.Header.Get("Content-Range"), "bytes %d-%d/%d", &from, &end, &total); err != nil || from != offset {
			return 0, 0, f.restart(fmt.Errorf("the server sent the range %q, asked from byte %d", resp.Header.Get("Content-Range"), offset))
		}
	case resp.StatusCode == http.StatusRequestedRangeNotSatisfiable:
		if _, err := fmt.Sscanf(resp.Header.Get("Content-Range"), "bytes */%d", &total); err == nil && total == offset {
			return 0, 0, errComplete
		}
		return 0, 0, f.restart(fmt.Errorf("the server has no byte %d", offset))
	case resp.StatusCode >= 500, resp.StatusCode == http.StatusTooManyRequests, resp.StatusCode == http.StatusRequestTimeout:
		return 0, 0, fmt.Errorf("the server answered %s", resp.Status)
	default:
		return 0, 0, permanent{&StatusError{resp.StatusCode, resp.Status}}
	}
	if total >= 0 && f.Size > 0 && total != f.Size {
		return 0, 0, permanent{fmt.Errorf("the server has a file of %d bytes, not the %d expected", total, f.Size)}
	}
	return from, total, nil
}

// restart drops what is there, so that the next try starts anew.
func (f File) restart(why error) error {
	if err := f.discard(); err != nil {
		return permanent{err}
	}
	return why
}

// syncEvery is how many bytes of a part are on the disk at a time: a download
// that is killed loses at most as many.
const syncEvery = 16 << 20

// end cuts the part to its size, and brings it to the disk.
func (f File) end(size int64) error {
	file, err := os.OpenFile(f.part(), os.O_WRONLY, 0)
	if err != nil {
		return permanent{err}
	}
	defer file.Close()
	if err := file.Truncate(size); err != nil {
		return permanent{err}
	}
	if err := file.Sync(); err != nil {
		return permanent{err}
	}
	return nil
}

// write appends body to the part from r.Synced on.
func (d *Downloader) write(f File, body io.Reader, r record, total int64) (err error) {
	// Before what was there is overwritten: it may be of another version.
	if err := r.write(f.partRecord()); err != nil {
		return permanent{err}
	}
	offset := r.Synced
	file, err := os.OpenFile(f.part(), os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return permanent{err}
	}
	defer file.Close()
	if err := file.Truncate(offset); err != nil {
		return permanent{err}
	}
	if _, err := file.Seek(offset, io.SeekStart); err != nil {
		return permanent{err}
	}
	done := offset
	keep := func() error {
		if done == r.Synced {
			return nil
		}
		if err := file.Sync(); err != nil {
			return err
		}
		r.Synced = done
		return r.write(f.partRecord())
	}
	defer func() {
		if keeping := keep(); err == nil && keeping != nil {
			err = permanent{keeping}
		}
	}()
	limit := f.Limit
	if f.Size > 0 {
		limit = f.Size
	}
	buffer := make([]byte, 1<<16)
	for {
		n, readErr := body.Read(buffer)
		if done+int64(n) > limit {
			return permanent{fmt.Errorf("more than %d bytes", limit)}
		}
		if _, err := file.Write(buffer[:n]); err != nil {
			return permanent{err} // a full disk, most often
		}
		done += int64(n)
		if d.Progress != nil {
			d.Progress(f.Dest, done, max(0, total, f.Size))
		}
		if errors.Is(readErr, io.EOF) {
			if total >= 0 && done != total {
				return fmt.Errorf("cut off after %d of %d bytes", done, total)
			}
			return nil
		}
		if readErr != nil {
			return readErr
		}
		if done-r.Synced >= syncEvery {
			if err := keep(); err != nil {
				return permanent{err}
			}
		}
	}
}

// localPath returns the path of a file URL, or of what is no URL.
func localPath(from string) (string, bool) {
	u, err := url.Parse(from)
	if err == nil && u.Scheme == "file" {
		return u.Path, true
	}
	return from, err != nil || !strings.Contains(from, "://")
}

func (d *Downloader) copyLocal(ctx context.Context, f File, path string) error {
	file, err := regular.Open(path)
	if err != nil {
		return permanent{err}
	}
	defer file.Close()
	stat, err := file.Stat()
	if err != nil {
		return permanent{err}
	}
	return d.write(f, readerFunc(func(p []byte) (int, error) {
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		return file.Read(p)
	}), record{URL: path}, stat.Size())
}
