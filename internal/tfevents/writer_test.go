package tfevents

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/vicinal-ml/vicinal/internal/tfevents/tfeventstest"
)

func TestMasked(t *testing.T) {
	// The check value of CRC-32C is 0xe3069283 (RFC 3720, appendix B.4, has
	// others); rotated right by 15 bits and moved by the constant.
	if got, want := masked([]byte("123456789")), uint32((0xe3069283>>15|0xe3069283<<17)&0xffffffff)+0xa282ead8; got != want {
		t.Errorf("%#x, want %#x", got, want)
	}
}

// TestSessions writes three sessions, the second of which is forgotten.
func TestSessions(t *testing.T) {
	dir := t.TempDir()
	session := func(at Mark, step int64, steps ...int64) (Mark, string) {
		t.Helper()
		w, err := Open(dir, at, step)
		if err != nil {
			t.Fatal(err)
		}
		var mark Mark
		for i, s := range steps {
			if err := w.Scalars(s, Scalar{"loss", float64(s) / 2}, Scalar{"rate", 0.5}); err != nil {
				t.Fatal(err)
			}
			if i == 1 {
				if mark, err = w.Mark(); err != nil {
					t.Fatal(err)
				}
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		return mark, w.file.Name()
	}
	first, path := session(Mark{}, 0, 1, 2, 3)
	forgotten, gone := session(first, 2, 3, 4, 5)
	if forgotten.File <= first.File {
		t.Errorf("%q does not come after %q", forgotten.File, first.File)
	}
	_, last := session(first, 2, 3, 4)
	if _, err := os.Stat(gone); gone != last && err == nil {
		t.Errorf("%s is still there", gone)
	}
	want := []tfeventstest.Event{{Version: "brain.Event:2"}, {Step: 1, Scalars: "loss=0.5 rate=0.5"}, {Step: 2, Scalars: "loss=1 rate=0.5"}}
	if got := tfeventstest.Read(t, path); !slices.Equal(got, want) {
		t.Errorf("first file: %+v", got)
	}
	want = []tfeventstest.Event{{Version: "brain.Event:2"}, {Step: 3, Start: true}, {Step: 3, Scalars: "loss=1.5 rate=0.5"}, {Step: 4, Scalars: "loss=2 rate=0.5"}}
	if got := tfeventstest.Read(t, last); !slices.Equal(got, want) {
		t.Errorf("last file: %+v", got)
	}
	// A file that lost its end is left as it is.
	if err := os.Truncate(path, 50); err != nil {
		t.Fatal(err)
	}
	session(first, 2, 3)
	if info, err := os.Stat(path); err != nil || info.Size() != 50 {
		t.Errorf("%v, %v", info, err)
	}
	// From the start again.
	session(Mark{}, 0, 1)
	if names, err := files(dir); err != nil || len(names) != 1 {
		t.Errorf("%v, %v", names, err)
	}
}

func TestOpenFails(t *testing.T) {
	if _, err := Open(filepath.Join(t.TempDir(), "nowhere"), Mark{}, 0); err == nil || !strings.Contains(err.Error(), "event files") {
		t.Error(err)
	}
}
