package fetch

import (
	"archive/tar"
	"archive/zip"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/vicinal-ml/vicinal/internal/regular"
)

// Limits bounds what an archive may unpack to.
type Limits struct {
	Bytes   int64
	Entries int
}

// IsArchive reports whether Unpack reads files of that name.
func IsArchive(name string) bool {
	for _, end := range []string{".zip", ".tar", ".tar.gz", ".tgz"} {
		if strings.HasSuffix(name, end) {
			return true
		}
	}
	return false
}

// Unpack writes the files of an archive under root, which os.Root keeps
// anything from leaving. An entry that is neither a file nor a folder, has a
// path that is not local, or comes twice, is an error.
func Unpack(ctx context.Context, archive string, root *os.Root, limits Limits) error {
	u := &unpacker{ctx: ctx, root: root, left: limits}
	var err error
	if strings.HasSuffix(archive, ".zip") {
		err = u.zip(archive)
	} else {
		err = u.tar(archive)
	}
	if err != nil {
		return fmt.Errorf("unpacking %s: %w", archive, err)
	}
	return nil
}

type unpacker struct {
	ctx  context.Context
	root *os.Root
	left Limits
}

// Bounds of what is in memory of a zip file at once: its directory, of which an entry of 46 bytes takes
// hundreds, and room for as many entries as its end claims, which is checked against its size alone.
const (
	maxZipBytes       = 1 << 30
	maxDirectoryBytes = 1 << 25
)

func (u *unpacker) zip(archive string) error {
	file, err := regular.Open(archive)
	if err != nil {
		return err
	}
	defer file.Close()
	stat, err := file.Stat()
	if err != nil {
		return err
	}
	if stat.Size() > maxZipBytes {
		return fmt.Errorf("a zip file of %d bytes: at most %d are unpacked", stat.Size(), maxZipBytes)
	}
	in := &directory{file, maxDirectoryBytes}
	z, err := zip.NewReader(in, stat.Size())
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		return err
	}
	in.left = math.MaxInt64 // the files
	for _, f := range z.File {
		if err := u.entry(f.Name, f.Mode(), f.Open); err != nil {
			return err
		}
	}
	return nil
}

// directory is a zip file of which no more than so many bytes are read.
type directory struct {
	file *os.File
	left int64
}

func (d *directory) ReadAt(p []byte, at int64) (int, error) {
	if d.left -= int64(len(p)); d.left < 0 {
		return 0, fmt.Errorf("a directory of more than %d bytes", maxDirectoryBytes)
	}
	return d.file.ReadAt(p, at)
}

func (u *unpacker) tar(archive string) error {
	file, err := regular.Open(archive)
	if err != nil {
		return err
	}
	defer file.Close()
	var r io.Reader = file
	if !strings.HasSuffix(archive, ".tar") {
		z, err := gzip.NewReader(file)
		if err != nil {
			return err
		}
		r = z
	}
	t := tar.NewReader(r)
	for {
		h, err := t.Next()
		if errors.Is(err, io.EOF) {
			// To the end, so that a checksum is seen.
			_, err := io.Copy(io.Discard, io.LimitReader(r, 1<<20))
			return err
		}
		if err != nil && !errors.Is(err, tar.ErrInsecurePath) {
			return err
		}
		if h.Typeflag == tar.TypeXGlobalHeader {
			continue
		}
		mode := h.FileInfo().Mode()
		if h.Typeflag == tar.TypeLink {
			mode |= fs.ModeSymlink // a hard link is refused as well
		}
		if err := u.entry(h.Name, mode, func() (io.ReadCloser, error) { return io.NopCloser(t), nil }); err != nil {
			return err
		}
	}
}

// entry writes one file or folder.
func (u *unpacker) entry(name string, mode fs.FileMode, open func() (io.ReadCloser, error)) error {
	if err := u.ctx.Err(); err != nil {
		return err
	}
	if u.left.Entries--; u.left.Entries < 0 {
		return errors.New("too many entries")
	}
	clean := path.Clean(name)
	if name == "" || strings.Contains(name, `\`) || !filepath.IsLocal(filepath.FromSlash(clean)) {
		return fmt.Errorf("entry %.100q would lie outside: nothing of the archive is used", name)
	}
	if mode.IsDir() {
		return u.root.MkdirAll(clean, 0o755)
	}
	if !mode.IsRegular() {
		return fmt.Errorf("entry %.100q is a link or a device: nothing of the archive is used", name)
	}
	if dir := path.Dir(clean); dir != "." {
		if err := u.root.MkdirAll(dir, 0o755); err != nil {
			return err
		}
	}
	in, err := open()
	if err != nil {
		return fmt.Errorf("entry %.100q: %w", name, err)
	}
	defer in.Close()
	out, err := u.root.OpenFile(clean, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
	if err != nil {
		return fmt.Errorf("entry %.100q: %w", name, err)
	}
	defer out.Close()
	n, err := io.Copy(out, io.LimitReader(in, u.left.Bytes+1))
	if u.left.Bytes -= n; err == nil && u.left.Bytes < 0 {
		err = errors.New("more bytes than allowed")
	}
	if err == nil {
		err = out.Close()
	}
	if err != nil {
		return fmt.Errorf("entry %.100q: %w", name, err)
	}
	return nil
}
