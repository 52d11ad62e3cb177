package rundir

import (
	"os"
	"slices"
	"testing"
)

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

// TestAgeCutShort ages checkpoints from every state that an interrupted ageing
// leaves.
func TestAgeCutShort(t *testing.T) {
	const n = 3
	for missing, want := range map[int]string{0: "0012", 1: "002", 2: "0013", 3: "0012"} {
		d := At(t.TempDir())
		write(t, d.File(LastFile), "0")
		for saves := 1; saves <= n; saves++ {
			if saves != missing {
				write(t, d.File(PreviousName(saves)), string(rune('0'+saves)))
			}
		}
		if err := d.Age(n); err != nil {
			t.Fatal(err)
		}
		order := ""
		for _, name := range d.Checkpoints() {
			text, err := os.ReadFile(d.File(name))
			if err != nil {
				t.Fatal(err)
			}
			order += string(text)
		}
		// Last and previous are the same until the new last one is renamed.
		if order != want {
			t.Errorf("without number %d: %s, want %s", missing, order, want)
		}
	}
}

// Of the damaged checkpoints the last one stays, until it is written again.
func TestDrop(t *testing.T) {
	d := At(t.TempDir())
	for _, name := range []string{LastFile, PreviousFile, PreviousName(2)} {
		write(t, d.File(name), name)
	}
	if err := d.Drop([]string{LastFile, PreviousFile, PreviousName(7)}); err != nil {
		t.Fatal(err)
	}
	if got, want := d.Checkpoints(), []string{LastFile, PreviousName(2)}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

func TestFinishAndForget(t *testing.T) {
	d := At(t.TempDir())
	if err := d.Finish(); err == nil {
		t.Error("nothing was aside, and it has a name")
	}
	write(t, d.File(AsideFile), "whole")
	write(t, d.File(LastFile), "cut short")
	if err := d.Finish(); err != nil || d.Exists(AsideFile) {
		t.Fatal(err)
	}
	if text, err := os.ReadFile(d.File(LastFile)); err != nil || string(text) != "whole" {
		t.Errorf("%q, %v", text, err)
	}
	for range 2 {
		if err := d.Forget(LastFile); err != nil || d.Exists(LastFile) {
			t.Errorf("%v", err)
		}
	}
}
