//go:build linux

package fetch

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/vicinal-ml/vicinal/internal/memorytest"
)

// endOfZip is the end of a zip file, of which there are that many entries in a directory that
// begins and is as long as that.
func endOfZip(entries uint16, at, size uint32) []byte {
	end := append([]byte("PK\x05\x06"), 0, 0, 0, 0)
	end = binary.LittleEndian.AppendUint16(end, entries)
	end = binary.LittleEndian.AppendUint16(end, entries)
	end = binary.LittleEndian.AppendUint32(end, size)
	end = binary.LittleEndian.AppendUint32(end, at)
	return append(end, 0, 0)
}

func TestHostileArchivesStayWithinMemory(t *testing.T) {
	store := func(t *testing.T, name string, parts ...io.Reader) string {
		t.Helper()
		path := filepath.Join(t.TempDir(), name)
		file, err := os.Create(path)
		if err != nil {
			t.Fatal(err)
		}
		defer file.Close()
		for _, part := range parts {
			if _, err := io.Copy(file, part); err != nil {
				t.Fatal(err)
			}
		}
		return path
	}
	gzipped := func(t *testing.T, name string, content io.Reader) string {
		t.Helper()
		var b bytes.Buffer
		z, err := gzip.NewWriterLevel(&b, gzip.BestSpeed)
		if err == nil {
			_, err = io.Copy(z, content)
		}
		if err == nil {
			err = z.Close()
		}
		if err != nil {
			t.Fatal(err)
		}
		return store(t, name, &b)
	}
	long := func(typeflag byte) io.Reader { // a header of tar whose contents are a name or records of 128 MiB
		header := make([]byte, 512)
		copy(header, "././@LongLink")
		copy(header[100:], "0000644\x000000000\x000000000\x0001000000000\x0000000000000\x00        ")
		header[156] = typeflag
		copy(header[257:], "ustar\x0000")
		sum := 0
		for _, b := range header {
			sum += int(b)
		}
		copy(header[148:], []byte{'0' + byte(sum>>15&7), '0' + byte(sum>>12&7), '0' + byte(sum>>9&7), '0' + byte(sum>>6&7), '0' + byte(sum>>3&7), '0' + byte(sum&7), 0, ' '})
		return io.MultiReader(bytes.NewReader(header), io.LimitReader(memorytest.Endless("9 a=bcde\n"), 1<<27))
	}
	for name, c := range map[string]struct {
		make func(t *testing.T) string
		want string
	}{
		"zip of a terabyte": {func(t *testing.T) string { return memorytest.Sparse(t, t.TempDir(), "a.zip") }, "at most 1073741824 are unpacked"},
		"zip of entries": {func(t *testing.T) string {
			entry := append([]byte("PK\x01\x02"), make([]byte, 42)...)
			const n = 1 << 22
			return store(t, "a.zip", io.LimitReader(memorytest.Endless(string(entry)), int64(n*len(entry))), bytes.NewReader(endOfZip(0, 0, uint32(n*len(entry)))))
		}, "a directory of more than 33554432 bytes"},
		"zip that claims entries": {func(t *testing.T) string {
			path := store(t, "a.zip")
			const size = maxZipBytes
			end := append([]byte("PK\x06\x06"), binary.LittleEndian.AppendUint64(nil, 44)...)
			end = append(end, make([]byte, 12)...)
			for _, v := range []uint64{size / 31, size / 31, 1 << 20, 0} {
				end = binary.LittleEndian.AppendUint64(end, v)
			}
			at := size - len(end) - 20 - 22
			end = append(end, "PK\x06\x07\x00\x00\x00\x00"...)
			end = binary.LittleEndian.AppendUint64(end, uint64(at))
			end = append(end, 1, 0, 0, 0)
			end = append(end, endOfZip(0xffff, 0xffffffff, 0xffffffff)...)
			file, err := os.OpenFile(path, os.O_WRONLY, 0)
			if err == nil {
				_, err = file.WriteAt(end, int64(at))
			}
			if err != nil {
				t.Fatal(err)
			}
			file.Close()
			return path
		}, "zip: not a valid zip file"},
		"zip of zeros": {func(t *testing.T) string {
			var b bytes.Buffer
			w := zip.NewWriter(&b)
			out, err := w.Create("zeros")
			if err == nil {
				_, err = io.CopyN(out, memorytest.Endless("\x00"), 1<<28)
			}
			if err == nil {
				err = w.Close()
			}
			if err != nil {
				t.Fatal(err)
			}
			return store(t, "a.zip", &b)
		}, "more bytes than allowed"},
		"tar of zeros": {func(t *testing.T) string {
			return gzipped(t, "a.tar.gz", io.LimitReader(memorytest.Endless("\x00"), 1<<28))
		}, ""},
		"tar of a long name":   {func(t *testing.T) string { return gzipped(t, "a.tar.gz", long('L')) }, "header field too long"},
		"tar of records":       {func(t *testing.T) string { return gzipped(t, "a.tar.gz", long('x')) }, "header field too long"},
		"tar of their default": {func(t *testing.T) string { return gzipped(t, "a.tar.gz", long('g')) }, "header field too long"},
		"tar of a terabyte":    {func(t *testing.T) string { return memorytest.Sparse(t, t.TempDir(), "a.tar") }, ""},
	} {
		t.Run(name, func(t *testing.T) {
			memorytest.Within(t, 384, func(t *testing.T) {
				root, err := os.OpenRoot(t.TempDir())
				if err != nil {
					t.Fatal(err)
				}
				defer root.Close()
				err = Unpack(t.Context(), c.make(t), root, Limits{Bytes: 1 << 20, Entries: 1000})
				switch {
				case c.want == "" && err != nil:
					t.Error(err)
				case c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)):
					t.Errorf("%v, want %q", err, c.want)
				}
			})
		})
	}
}
