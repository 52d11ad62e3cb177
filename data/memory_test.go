//go:build linux

package data

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/vicinal-ml/vicinal/internal/memorytest"
)

// What the readers of text make of files without end.
func TestHostileTextStaysWithinMemory(t *testing.T) {
	const ofTables = 64
	csv := func(r io.Reader) error {
		_, err := readCSV(t.Context(), r, "t.csv", &csvOptions{sep: ','})
		return err
	}
	plain := func(r io.Reader) error { return readPlain(r, &table{header: []string{"a", "b"}}, ",") }
	list := func(r io.Reader) error { return readList(r, &recordings{}, map[string]*recordings{}) }
	synsets := func(r io.Reader) error {
		_, err := readSynsets("", r)
		return err
	}
	kaggle := func(r io.Reader) error {
		_, err := readKaggle("", r)
		return err
	}
	for name, c := range map[string]struct {
		read func(io.Reader) error
		file io.Reader
		mib  int
		want string
	}{
		"csv of short rows":   {csv, io.MultiReader(strings.NewReader("a,b\n"), memorytest.Endless("1,\n")), ofTables + ofTables/2, "64 MiB of memory"},
		"csv of one row":      {csv, memorytest.Endless("a"), 512, "a row of more than"},
		"csv of one cell":     {csv, io.MultiReader(strings.NewReader("\""), memorytest.Endless("a\n")), 512, "a row of more than"},
		"csv of many columns": {csv, memorytest.Endless("a,"), 768, "a row of more than"},
		"rows without header": {plain, memorytest.Endless("1,\n"), ofTables + ofTables/2, "64 MiB of memory"},
		"one row without end": {plain, memorytest.Endless("1,"), 128, "token too long"},
		"recordings":          {list, memorytest.Series(func(i int) string { return fmt.Sprintf("a/%d.wav\n", i) }), 512, "more than 1048576 recordings"},
		"synsets in space":    {synsets, memorytest.Endless("n01440764" + strings.Repeat(" ", 1_000) + "\n"), 128, "more than 1048576 lines"},
		"long names":          {kaggle, memorytest.Series(func(i int) string { return fmt.Sprintf("%d%s,n01440764\n", i, strings.Repeat("x", 100_000)) }), ofTables + ofTables/2, "64 MiB of memory"},
	} {
		t.Run(name, func(t *testing.T) {
			memorytest.Within(t, c.mib, func(t *testing.T) {
				maxTableText = ofTables << 20 // of this process, which ends with the test
				if err := c.read(c.file); err == nil || !strings.Contains(err.Error(), c.want) {
					t.Errorf("error %.200v, want %q", err, c.want)
				}
			})
		})
	}
}

// A manifest is read whole: what it may hold is bounded by its bytes and by its objects.
func TestHostileManifestStaysWithinMemory(t *testing.T) {
	name := filepath.Join("htru2", manifestName)
	for what, c := range map[string]struct {
		make func(t *testing.T, home string)
		want string
	}{
		"of a terabyte": {func(t *testing.T, home string) { memorytest.Sparse(t, home, name) }, "bytes or more: at most"},
		"of files": {func(t *testing.T, home string) {
			path := filepath.Join(home, name)
			err := os.Mkdir(filepath.Dir(path), 0o755)
			if err == nil {
				err = os.WriteFile(path, []byte(`{"files":[`+strings.Repeat("{},", 11_000_000)+"{}]}"), 0o644)
			}
			if err != nil {
				t.Fatal(err)
			}
		}, "objects: at most"},
	} {
		t.Run(what, func(t *testing.T) {
			memorytest.Within(t, 128, func(t *testing.T) {
				home := t.TempDir()
				c.make(t, home)
				if _, _, err := Verify(t.Context(), "htru2", home, nil); err == nil || !strings.Contains(err.Error(), c.want) {
					t.Errorf("error %.200v, want %q", err, c.want)
				}
			})
		})
	}
}
