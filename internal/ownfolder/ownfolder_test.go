package ownfolder

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestCheck(t *testing.T) {
	refused := errors.New("refused")
	own := func(name string) bool { return strings.HasSuffix(name, ".mine") }
	for _, c := range []struct {
		name, files, marker string
		own                 func(string) bool
		want                string // "" is none; DIR stands for the folder
	}{
		{name: "empty", marker: "spec"},
		{name: "own", files: "a.mine b.mine", marker: "spec", own: own},
		{name: "marked", files: "a.other spec z.other", marker: "spec", own: own},
		{name: "stranger", files: "a.mine b.other c.other", marker: "spec", own: own,
			want: "refused: DIR holds b.other and no spec; choose an empty or new folder"},
		{name: "no marker", files: "x", want: "refused: DIR holds x; choose an empty or new folder"},
		{name: "hidden", files: ".x", marker: "spec", want: "refused: DIR holds .x and no spec; choose an empty or new folder"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			for _, name := range strings.Fields(c.files) {
				if err := os.WriteFile(filepath.Join(dir, name), nil, 0o666); err != nil {
					t.Fatal(err)
				}
			}
			err := Check(dir, c.marker, c.own, refused)
			switch want := strings.ReplaceAll(c.want, "DIR", dir); {
			case want == "" && err != nil:
				t.Error(err)
			case want != "" && (err == nil || err.Error() != want || !errors.Is(err, refused)):
				t.Errorf("%v, want %s", err, want)
			}
		})
	}
	none := filepath.Join(t.TempDir(), "none")
	if err := Check(none, "", nil, refused); !errors.Is(err, fs.ErrNotExist) || errors.Is(err, refused) || strings.Count(err.Error(), none) != 1 {
		t.Errorf("no folder: %v", err)
	}
}
