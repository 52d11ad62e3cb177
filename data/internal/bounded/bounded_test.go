package bounded

import (
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"
)

func TestBytes(t *testing.T) {
	if b, err := Bytes(strings.NewReader("abcdef"), 4); err != nil || string(b) != "abcd" {
		t.Errorf("4 of 6 bytes: %q, %v", b, err)
	}
	if b, err := Bytes(strings.NewReader(""), 0); err != nil || len(b) != 0 {
		t.Errorf("no bytes: %q, %v", b, err)
	}
	_, err := Bytes(strings.NewReader("abc"), 1<<40)
	if !errors.Is(err, io.ErrUnexpectedEOF) || !strings.Contains(err.Error(), "3 bytes where 1099511627776 should be") {
		t.Errorf("3 of a terabyte: %v", err)
	}
	broken := errors.New("broken")
	if _, err := Bytes(iotest.ErrReader(broken), 3); !errors.Is(err, broken) {
		t.Errorf("a broken reader: %v", err)
	}
}

// A count alone takes no memory.
func TestBytesAllocatesWhatThereIs(t *testing.T) {
	r := testing.Benchmark(func(b *testing.B) {
		for b.Loop() {
			_, _ = Bytes(strings.NewReader("abc"), 1<<40)
		}
	})
	if n := r.AllocedBytesPerOp(); n > 4096 {
		t.Errorf("%d bytes allocated for 3 bytes", n)
	}
}

func TestEnd(t *testing.T) {
	broken := errors.New("broken")
	if err := End(strings.NewReader("")); err != nil {
		t.Errorf("at the end: %v", err)
	}
	if err := End(strings.NewReader("x")); err == nil {
		t.Error("before the end there is no error")
	}
	if err := End(iotest.ErrReader(broken)); !errors.Is(err, broken) {
		t.Errorf("a broken reader: %v", err)
	}
}
