package study

import (
	"path/filepath"
	"testing"
)

// TestExperiments reads the studies that the project keeps.
func TestExperiments(t *testing.T) {
	files, err := filepath.Glob("../experiments/*.toml")
	if err != nil || len(files) == 0 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, file := range files {
		spec, err := ReadSpec(file)
		if err == nil {
			_, err = spec.Resolve()
		}
		if err != nil {
			t.Errorf("%s: %v", file, err)
		}
	}
}
