package fetch

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// content is more than a buffer and no multiple of one.
var content = bytes.Repeat([]byte("0123456789abcdef!"), 20_001)

func sum(b []byte) string {
	s := sha256.Sum256(b)
	return hex.EncodeToString(s[:])
}

// site serves handler and counts its requests.
type site struct {
	*httptest.Server
	requests atomic.Int32
	ranges   atomic.Int32 // requests that asked for a range
}

func serve(t *testing.T, handler func(w http.ResponseWriter, r *http.Request, n int)) *site {
	s := &site{}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Range") != "" {
			s.ranges.Add(1)
		}
		handler(w, r, int(s.requests.Add(1)))
	}))
	t.Cleanup(func() {
		s.CloseClientConnections()
		s.Close()
	})
	return s
}

func downloader(t *testing.T) *Downloader {
	transport := &http.Transport{}
	t.Cleanup(transport.CloseIdleConnections)
	return &Downloader{Client: &http.Client{Transport: transport}, Idle: 200 * time.Millisecond, Attempts: 3, Wait: time.Millisecond}
}

func file(t *testing.T, urls ...string) File {
	return File{URLs: urls, Dest: filepath.Join(t.TempDir(), "file"), SHA256: sum(content), Limit: 1 << 30}
}

// whole serves content with ranges, as good servers do.
func whole(w http.ResponseWriter, r *http.Request, etag string) {
	w.Header().Set("ETag", etag)
	http.ServeContent(w, r, "file", time.Time{}, bytes.NewReader(content))
}

// cut claims all of content from the offset asked, sends n bytes of it and
// breaks the connection.
func cut(w http.ResponseWriter, r *http.Request, n int) {
	offset := 0
	if _, err := fmt.Sscanf(r.Header.Get("Range"), "bytes=%d-", &offset); err == nil {
		w.Header().Set("Content-Range", fmt.Sprintf("bytes %d-%d/%d", offset, len(content)-1, len(content)))
	}
	w.Header().Set("ETag", `"a"`)
	w.Header().Set("Content-Length", fmt.Sprint(len(content)-offset))
	if offset > 0 {
		w.WriteHeader(http.StatusPartialContent)
	}
	_, _ = w.Write(content[offset:min(offset+n, len(content))])
	if offset+n < len(content) {
		panic(http.ErrAbortHandler)
	}
}

func check(t *testing.T, f File) {
	t.Helper()
	got, err := os.ReadFile(f.Dest)
	if err != nil || !bytes.Equal(got, content) {
		t.Errorf("%d bytes, %v; want the %d served", len(got), err, len(content))
	}
	entries, err := os.ReadDir(filepath.Dir(f.Dest))
	want := 1
	if f.SHA256 == "" {
		want = 2 // the sum beside it
	}
	if err != nil || len(entries) != want {
		t.Errorf("%d files are left, %v; want %d", len(entries), err, want)
	}
}

func TestGet(t *testing.T) {
	release := make(chan struct{})
	defer close(release)
	for name, test := range map[string]struct {
		handler          func(w http.ResponseWriter, r *http.Request, n int)
		requests, ranges int32
		noSum            bool
	}{
		"good": {handler: func(w http.ResponseWriter, r *http.Request, n int) { whole(w, r, `"a"`) }, requests: 1},
		"cut off, resumed": {
			handler:  func(w http.ResponseWriter, r *http.Request, n int) { cut(w, r, 100_000) },
			requests: 4, ranges: 3,
		},
		"cut off, no sum known, resumed by ETag": {
			handler:  func(w http.ResponseWriter, r *http.Request, n int) { cut(w, r, 100_000) },
			requests: 4, ranges: 3, noSum: true,
		},
		"cut off, then another version": {
			handler: func(w http.ResponseWriter, r *http.Request, n int) {
				if n == 1 {
					w.Header().Set("ETag", `"old"`)
					w.Header().Set("Content-Length", "500000")
					_, _ = w.Write(bytes.Repeat([]byte("old"), 10_000))
					panic(http.ErrAbortHandler)
				}
				whole(w, r, `"new"`)
			},
			requests: 2, ranges: 1, noSum: true,
		},
		"stalls, resumed": {
			handler: func(w http.ResponseWriter, r *http.Request, n int) {
				if n > 1 {
					whole(w, r, `"a"`)
					return
				}
				w.Header().Set("ETag", `"a"`)
				w.Header().Set("Content-Length", fmt.Sprint(len(content)))
				_, _ = w.Write(content[:70_000])
				w.(http.Flusher).Flush()
				select {
				case <-r.Context().Done():
				case <-release:
				}
			},
			requests: 2, ranges: 1,
		},
		"answers 503 twice": {
			handler: func(w http.ResponseWriter, r *http.Request, n int) {
				if n < 3 {
					http.Error(w, "busy", http.StatusServiceUnavailable)
					return
				}
				whole(w, r, `"a"`)
			},
			requests: 3,
		},
		"knows no ranges": {
			handler: func(w http.ResponseWriter, r *http.Request, n int) {
				w.Header().Set("Content-Length", fmt.Sprint(len(content)))
				if n == 1 {
					_, _ = w.Write(content[:100_000])
					panic(http.ErrAbortHandler)
				}
				_, _ = w.Write(content)
			},
			requests: 2, ranges: 1,
		},
		"sends the wrong range": {
			handler: func(w http.ResponseWriter, r *http.Request, n int) {
				switch {
				case n == 1:
					cut(w, r, 100_000)
				case r.Header.Get("Range") != "":
					w.Header().Set("Content-Range", fmt.Sprintf("bytes 5-%d/%d", len(content)-1, len(content)))
					w.WriteHeader(http.StatusPartialContent)
					_, _ = w.Write(content[5:])
				default:
					whole(w, r, `"a"`)
				}
			},
			requests: 3, ranges: 1,
		},
		"does not tell the length": {
			handler: func(w http.ResponseWriter, r *http.Request, n int) {
				w.(http.Flusher).Flush()
				_, _ = w.Write(content)
			},
			requests: 1,
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := serve(t, test.handler)
			f := file(t, s.URL)
			if test.noSum {
				f.SHA256 = ""
			}
			if err := downloader(t).Get(t.Context(), f); err != nil {
				t.Fatal(err)
			}
			check(t, f)
			if s.requests.Load() != test.requests || s.ranges.Load() != test.ranges {
				t.Errorf("%d requests, %d of them for ranges; want %d, %d", s.requests.Load(), s.ranges.Load(), test.requests, test.ranges)
			}
		})
	}
}

func TestGetErrors(t *testing.T) {
	release := make(chan struct{})
	defer close(release)
	for name, test := range map[string]struct {
		handler func(w http.ResponseWriter, r *http.Request, n int)
		size    int64
		want    string
	}{
		"missing": {handler: func(w http.ResponseWriter, r *http.Request, n int) { http.NotFound(w, r) }, want: "404 Not Found"},
		"broken":  {handler: func(w http.ResponseWriter, r *http.Request, n int) { w.WriteHeader(500) }, want: "given up after 3 tries"},
		"other file": {handler: func(w http.ResponseWriter, r *http.Request, n int) { _, _ = w.Write([]byte("<html>")) },
			want: "has SHA-256"},
		"other length": {handler: func(w http.ResponseWriter, r *http.Request, n int) { whole(w, r, `"a"`) }, size: 1000,
			want: fmt.Sprintf("a file of %d bytes, not the 1000 expected", len(content))},
		"claims too much": {handler: func(w http.ResponseWriter, r *http.Request, n int) {
			w.Header().Set("Content-Length", fmt.Sprint(len(content)+10))
			_, _ = w.Write(content)
		}, want: "given up after 3 tries"},
		"claims too little": {handler: func(w http.ResponseWriter, r *http.Request, n int) {
			conn, rw, err := w.(http.Hijacker).Hijack()
			if err != nil {
				return
			}
			defer conn.Close()
			fmt.Fprintf(rw, "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n%s", content)
			rw.Flush()
		}, want: "has SHA-256"},
		"never ends": {handler: func(w http.ResponseWriter, r *http.Request, n int) {
			for r.Context().Err() == nil {
				if _, err := w.Write(content); err != nil {
					return
				}
			}
		}, want: "more than 3000000 bytes"},
		"says nothing": {handler: func(w http.ResponseWriter, r *http.Request, n int) {
			select {
			case <-r.Context().Done():
			case <-release:
			}
		}, want: "the connection stalled (given up after 3 tries"},
		"not HTTP": {handler: func(w http.ResponseWriter, r *http.Request, n int) {
			conn, _, err := w.(http.Hijacker).Hijack()
			if err == nil {
				_, _ = conn.Write([]byte("garbage\r\n\r\n"))
				conn.Close()
			}
		}, want: "malformed HTTP"},
	} {
		t.Run(name, func(t *testing.T) {
			s := serve(t, test.handler)
			f := file(t, s.URL)
			f.Size, f.Limit = test.size, 3_000_000
			err := downloader(t).Get(t.Context(), f)
			if err == nil || !strings.Contains(err.Error(), test.want) || !strings.Contains(err.Error(), s.URL) || strings.Contains(err.Error(), "\n") {
				t.Errorf("%v, want one line with %q and the URL", err, test.want)
			}
			if _, err := os.Stat(f.Dest); err == nil {
				t.Error("a file is in place all the same")
			}
		})
	}
}

func TestGetMirrors(t *testing.T) {
	bad := serve(t, func(w http.ResponseWriter, r *http.Request, n int) { http.NotFound(w, r) })
	wrong := serve(t, func(w http.ResponseWriter, r *http.Request, n int) { _, _ = w.Write([]byte("<html>")) })
	good := serve(t, func(w http.ResponseWriter, r *http.Request, n int) { whole(w, r, `"a"`) })
	f := file(t, bad.URL, wrong.URL, good.URL)
	if err := downloader(t).Get(t.Context(), f); err != nil {
		t.Fatal(err)
	}
	check(t, f)

	f = file(t, bad.URL, wrong.URL)
	err := downloader(t).Get(t.Context(), f)
	if !errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrPermission) {
		t.Errorf("%v, want that a file is not there", err)
	}
	var sums *ChecksumError
	if !errors.As(err, &sums) || !strings.Contains(err.Error(), "404") {
		t.Errorf("%v, want both failures", err)
	}
}

func TestGetLocal(t *testing.T) {
	path := filepath.Join(t.TempDir(), "source")
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, from := range []string{path, "file://" + path} {
		f := file(t, from)
		var done, total int64
		d := downloader(t)
		d.Progress = func(_ string, now, of int64) { done, total = now, of }
		if err := d.Get(t.Context(), f); err != nil {
			t.Fatal(err)
		}
		check(t, f)
		if done != int64(len(content)) || total != done {
			t.Errorf("progress ends at %d of %d", done, total)
		}
	}
	for _, from := range []string{path + "x", filepath.Dir(path)} {
		if err := downloader(t).Get(t.Context(), file(t, from)); err == nil {
			t.Errorf("%s gives no error", from)
		}
	}
}

// A download that is cancelled keeps its part, and the next one goes on.
func TestGetIsCancelledAndResumed(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	s := serve(t, func(w http.ResponseWriter, r *http.Request, n int) {
		if n > 1 {
			whole(w, r, `"a"`)
			return
		}
		w.Header().Set("ETag", `"a"`)
		w.Header().Set("Content-Length", fmt.Sprint(len(content)))
		_, _ = w.Write(content[:150_000])
		w.(http.Flusher).Flush()
		<-r.Context().Done()
	})
	f := file(t, s.URL)
	d := downloader(t)
	d.Idle = time.Minute
	d.Progress = func(_ string, done, _ int64) {
		if done == 150_000 {
			cancel()
		}
	}
	if err := d.Get(ctx, f); !errors.Is(err, context.Canceled) {
		t.Fatalf("%v, want that it was cancelled", err)
	}
	if f.have() != 150_000 {
		t.Fatalf("%d bytes are kept", f.have())
	}
	if err := d.Get(t.Context(), f); err != nil {
		t.Fatal(err)
	}
	check(t, f)
	if s.ranges.Load() != 1 {
		t.Errorf("%d requests for a range, want 1", s.ranges.Load())
	}
}

func TestLock(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	unlock, err := Lock(t.Context(), path, nil)
	if err != nil {
		t.Fatal(err)
	}
	waited := false
	ctx, cancel := context.WithTimeout(t.Context(), 120*time.Millisecond)
	defer cancel()
	if _, err := Lock(ctx, path, func() { waited = true }); !errors.Is(err, context.DeadlineExceeded) || !waited {
		t.Errorf("a second lock: %v, waited %v", err, waited)
	}
	unlock()
	second, err := Lock(t.Context(), path, nil)
	if err != nil {
		t.Fatal(err)
	}
	second()
}
