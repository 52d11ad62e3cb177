package idx

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
)

var small = []byte{0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 3, 1, 2, 3, 4, 5, 6}

func TestRead(t *testing.T) {
	shape, values, err := Read(bytes.NewReader(small))
	if err != nil || !slices.Equal(shape, []int{2, 3}) || !slices.Equal(values, []byte{1, 2, 3, 4, 5, 6}) {
		t.Errorf("Read: %v, %v, %v", shape, values, err)
	}
}

func TestReadErrors(t *testing.T) {
	for n := range len(small) {
		if _, _, err := Read(bytes.NewReader(small[:n])); !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("the first %d bytes: %v, want an unexpected EOF", n, err)
		}
	}
	for _, test := range []struct {
		file []byte
		want string
	}{
		{append(slices.Clone(small), 0), "after the 6 IDX values: more bytes"},
		{[]byte{1, 0, 8, 1, 0, 0, 0, 0}, "not an IDX file"},
		{[]byte{0, 0, 13, 1, 0, 0, 0, 1, 0, 0, 0, 0}, "type 0xd"},
		{[]byte{0, 0, 8, 0}, "no dimensions"},
		{[]byte{0, 0, 8, 1, 0, 0, 0, 0}, "0 as dimension 1"},
		{[]byte{0, 0, 8, 2, 255, 255, 255, 255, 255, 255, 255, 255}, "4294967295 as dimension 1"},
		{[]byte{0, 0, 8, 1, 0x3f, 255, 255, 255, 1, 2, 3}, "3 bytes where 1073741823 should be"},
	} {
		if _, _, err := Read(bytes.NewReader(test.file)); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("% x: %v, want %q", test.file, err, test.want)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add(small)
	f.Add([]byte{0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 28, 0, 0, 0, 28})
	f.Add([]byte{0, 0, 8, 255, 255, 255, 255, 255})
	f.Fuzz(func(t *testing.T, file []byte) {
		shape, values, err := Read(bytes.NewReader(file))
		if err != nil {
			return
		}
		n := 1
		for _, d := range shape {
			n *= d
		}
		if n != len(values) || n+4+4*len(shape) != len(file) {
			t.Fatalf("shape %v, %d values, file of %d bytes", shape, len(values), len(file))
		}
	})
}
