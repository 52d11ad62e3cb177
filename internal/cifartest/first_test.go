package cifartest

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

func TestFirstAreTheFirstOfAll(t *testing.T) {
	if testing.Short() {
		t.Skip("SKIP: decoding takes long under the race detector")
	}
	const perClass = 3
	first := t.TempDir()
	err := WriteFirst(first, perClass)
	if errors.Is(err, fs.ErrNotExist) {
		t.Skipf("SKIP: %s names no folder with a copy of CIFAR-10: %v", DataVariable, err)
	}
	if err != nil {
		t.Fatal(err)
	}
	all := Folder(t, "cifar10")
	s, err := setOf("cifar10")
	if err != nil {
		t.Fatal(err)
	}
	read := func(dir string, f file) []byte {
		b, err := os.ReadFile(filepath.Join(dir, s.folder, f.stem+".bin"))
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	for name, files := range map[string][]file{"train": s.train, "test": {s.test}} {
		var got []byte
		for _, f := range files {
			got = append(got, read(first, f)...)
		}
		var want []byte
		seen := map[byte]int{}
		for records := read(all, files[0]); len(records) > 0; records = records[1+3*side*side:] {
			if seen[records[0]]++; seen[records[0]] <= perClass {
				want = append(want, records[:1+3*side*side]...)
			}
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%s: %d bytes, want %d", name, len(got), len(want))
		}
	}
}

func TestNoCopyIsErrNotExist(t *testing.T) {
	t.Setenv(DataVariable, t.TempDir())
	if err := WriteFirst(t.TempDir(), 1); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("WriteFirst: %v", err)
	}
	if err := Unpack(t.TempDir(), "cifar100"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("Unpack: %v", err)
	}
}
