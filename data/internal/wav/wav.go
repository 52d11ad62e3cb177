// Package wav reads RIFF WAVE files of PCM samples, of 1 to 32 bits, and of
// floating-point ones, of 32 or 64 (Multimedia Programming Interface and Data
// Specifications 1.0, IBM and Microsoft, 1991; Multiple Channel Audio Data and
// WAVE Files, Microsoft, 2001).
package wav

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
)

// File is a WAVE file of at least one sample.
type File struct {
	format
	data []byte
}

// Len returns the number of samples of each channel.
func (f *File) Len() int { return len(f.data) / f.frame() }

// Parse finds the samples of a file, which it keeps. Chunks that it does not
// know are skipped, and what the file says of its own size does not count.
//
// A recorder that cannot go back to the head of what it writes leaves the
// size of the samples at 0 or at a value that means "to the end"; so they are
// read to the end of the file. A file that ends before its samples do is an
// error otherwise.
func Parse(file []byte) (*File, error) {
	if err := checkKind(file); err != nil {
		return nil, err
	}
	f := &File{}
	for at := 12; ; {
		if len(file)-at < 8 {
			return nil, fmt.Errorf("byte %d: the file ends before a data chunk", at)
		}
		name, size := string(file[at:at+4]), int64(binary.LittleEndian.Uint32(file[at+4:]))
		at += 8
		if name == "data" {
			if f.Rate == 0 {
				return nil, fmt.Errorf("byte %d: samples before their format", at)
			}
			return f, f.take(file, at, size)
		}
		if size > int64(len(file)-at) {
			return nil, fmt.Errorf("byte %d: chunk %q of %d bytes, the file has %d more", at, name, size, len(file)-at)
		}
		if name == "fmt " {
			var err error
			if f.format, err = parseFormat(file[at : at+int(size)]); err != nil {
				return nil, fmt.Errorf("byte %d: %w", at, err)
			}
		}
		at = next(file, at, int(size))
	}
}

// next is the place of the chunk after one that starts at a place. Chunks start
// at even places; where a program has left the byte between out, a known name
// shows it.
func next(file []byte, at, size int) int {
	end := at + size
	if name := file[end:]; bytes.HasPrefix(name, []byte("data")) || bytes.HasPrefix(name, []byte("fmt ")) {
		return end
	}
	return min(end+size&1, len(file))
}

// openEnd is the smallest size that stands for "to the end": programs write
// 0x7ffff000, 0x7fffffff, 0x80000000 and 0xffffffff.
const openEnd = 0x7ffff000

// take keeps the samples, which start at a place and have a size in bytes.
func (f *File) take(file []byte, at int, size int64) error {
	rest := file[at:]
	switch {
	case size >= openEnd && size > int64(len(rest)), size == 0 && !areChunks(rest):
		// A recorder that was stopped may have left a part of a sample.
		f.data = rest[:len(rest)-len(rest)%f.frame()]
	case size > int64(len(rest)):
		return fmt.Errorf("byte %d: the file is cut off: %d bytes of samples, the file has %d more", at, size, len(rest))
	case size%int64(f.frame()) != 0:
		return fmt.Errorf("byte %d: %d bytes are not a number of samples of %d bytes", at, size, f.frame())
	default:
		f.data = rest[:size]
	}
	if len(f.data) == 0 {
		return fmt.Errorf("byte %d: no samples", at)
	}
	return nil
}

// areChunks says whether b is chunks alone, as may follow samples of which
// there are none.
func areChunks(b []byte) bool {
	for len(b) >= 8 {
		for _, c := range b[:4] {
			if c < ' ' || c > '~' {
				return false
			}
		}
		size := int64(binary.LittleEndian.Uint32(b[4:]))
		if size > int64(len(b)-8) {
			return false
		}
		b = b[min(8+int(size)+int(size)&1, len(b)):]
	}
	return len(b) == 0
}

// checkKind refuses what is no RIFF WAVE file, by name where it is known.
func checkKind(file []byte) error {
	if len(file) >= 12 && string(file[:4]) == "RIFF" && string(file[8:12]) == "WAVE" {
		return nil
	}
	for _, kind := range []struct{ begin, name string }{
		{"RF64", "RF64, a WAVE file of 64-bit sizes"},
		{"BW64", "BW64, a WAVE file of 64-bit sizes"},
		{"RIFX", "RIFX, a WAVE file with its bytes in the other order"},
		{"riff", "Wave64"},
		{"FORM", "AIFF"},
		{"fLaC", "FLAC"},
		{"OggS", "Ogg"},
		{"ID3", "MP3"},
		{"\xff\xfb", "MP3"},
		{"caff", "Core Audio Format"},
		{"version https://git-lfs", "a Git LFS pointer, in place of the file itself (git lfs pull)"},
	} {
		if bytes.HasPrefix(file, []byte(kind.begin)) {
			return fmt.Errorf("not a RIFF WAVE file but %s", kind.name)
		}
	}
	if len(file) >= 8 && string(file[4:8]) == "ftyp" {
		return errors.New("not a RIFF WAVE file but MPEG-4")
	}
	if len(file) == 0 {
		return errors.New("an empty file")
	}
	return errors.New("not a RIFF WAVE file")
}
