package rundir

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func journal(t *testing.T, path string, at Mark, lines ...int) Mark {
	t.Helper()
	j, err := OpenJournal(path, at)
	if err != nil {
		t.Fatal(err)
	}
	defer j.Close()
	for _, line := range lines {
		if err := j.Add(line); err != nil {
			t.Fatal(err)
		}
	}
	mark, err := j.Mark()
	if err != nil {
		t.Fatal(err)
	}
	return mark
}

// What follows a mark is written again; what is before it must be as it was.
func TestJournal(t *testing.T) {
	path := filepath.Join(t.TempDir(), MetricsFile)
	first := journal(t, path, Mark{}, 1, 2)
	second := journal(t, path, first, 3)
	if again := journal(t, path, first, 3); again != second {
		t.Errorf("%+v, then %+v", second, again)
	}
	if text, err := os.ReadFile(path); err != nil || string(text) != "1\n2\n3\n" {
		t.Errorf("%q, %v", text, err)
	}
	for name, text := range map[string]string{"changed": "1\n7\n3\n", "shorter": "1\n"} {
		write(t, path, text)
		_, err := OpenJournal(path, first)
		if !errors.Is(err, ErrDamaged) || !strings.Contains(err.Error(), path) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v", name, err)
		}
		if now, err := os.ReadFile(path); err != nil || string(now) != text {
			t.Errorf("%s: it was refused, and holds %q, %v", name, now, err)
		}
	}
	if _, err := OpenJournal(path, Mark{Size: -1}); !errors.Is(err, ErrDamaged) {
		t.Errorf("a negative mark: %v", err)
	}
	if empty := journal(t, path, Mark{}); empty.Size != 0 {
		t.Errorf("from the start: %+v", empty)
	}
}
