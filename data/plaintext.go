package data

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// encodings are the ways to write text that a table may say.
var encodings = []string{"utf-8", "utf-16", "windows-1252"}

// noText tells files of other kinds by how they begin.
var noText = []struct{ magic, what string }{
	{"PK\x03\x04", "a workbook (.xlsx, .ods) or another ZIP archive: save its sheet as CSV"},
	{"\xd0\xcf\x11\xe0", "a workbook (.xls): save its sheet as CSV"},
	{"PAR1", "a Parquet file: write it as CSV"},
	{"{\\rtf", "a document: save it as plain text"},
	{"version https://git-lfs.", "a pointer of Git LFS and not the file itself: run git lfs pull"},
	{"\xff\xfe\x00\x00", "text in UTF-32: save it as UTF-8"},
}

// plainText returns the text of a file in UTF-8, without a byte-order mark and
// with lines that end in LF. The file is unzipped where it is gzipped. The
// encoding is one of encodings; "" is what the file's first bytes say, else
// UTF-8, which is not checked.
func plainText(file io.Reader, encoding string) (io.Reader, error) {
	b := bufio.NewReader(file)
	if head, _ := b.Peek(2); string(head) == "\x1f\x8b" {
		unzipped, err := gzip.NewReader(b)
		if err != nil {
			return nil, err
		}
		b = bufio.NewReader(unzipped)
	}
	head, err := b.Peek(24)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	for _, other := range noText {
		if bytes.HasPrefix(head, []byte(other.magic)) {
			return nil, fmt.Errorf("this is %s", other.what)
		}
	}
	if encoding == "" && beginsUTF16(head) {
		encoding = "utf-16"
	}
	var to transform.Transformer = newlines{}
	switch encoding {
	case "utf-16":
		order := unicode.LittleEndian
		if len(head) > 1 && head[0] == 0 {
			order = unicode.BigEndian
		}
		to = transform.Chain(unicode.UTF16(order, unicode.UseBOM).NewDecoder(), to)
	case "windows-1252":
		to = transform.Chain(charmap.Windows1252.NewDecoder(), to)
	default:
		if bytes.HasPrefix(head, []byte("\xef\xbb\xbf")) {
			_, _ = b.Discard(3)
		}
	}
	return transform.NewReader(b, to), nil
}

// beginsUTF16 reports whether a text begins as UTF-16 does: by its byte-order mark,
// or with Latin letters of two bytes.
func beginsUTF16(head []byte) bool {
	if len(head) < 2 {
		return false
	}
	if mark := string(head[:2]); mark == "\xff\xfe" || mark == "\xfe\xff" {
		return true
	}
	return len(head) >= 4 && (head[0] == 0) == (head[2] == 0) && (head[1] == 0) == (head[3] == 0) && (head[0] == 0) != (head[1] == 0)
}

// newlines makes one LF of each CR LF and of each CR.
type newlines struct{ transform.NopResetter }

func (newlines) Transform(dst, src []byte, atEOF bool) (nDst, nSrc int, err error) {
	for nSrc < len(src) {
		if nDst == len(dst) {
			return nDst, nSrc, transform.ErrShortDst
		}
		c, n := src[nSrc], 1
		if c == '\r' {
			if nSrc+1 == len(src) && !atEOF {
				return nDst, nSrc, transform.ErrShortSrc
			}
			if nSrc+1 < len(src) && src[nSrc+1] == '\n' {
				n = 2
			}
			c = '\n'
		}
		dst[nDst] = c
		nDst++
		nSrc += n
	}
	return nDst, nSrc, nil
}
