package study

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/vicinal-ml/vicinal/measure"
	"github.com/vicinal-ml/vicinal/train"
)

// What is read of results.json can be written and read again.
func FuzzStored(f *testing.F) {
	whole := Results{
		Spec: DefaultSpec(), Machines: []Machine{{}}, Versions: []train.Versions{{Go: "go1"}}, Remarks: []string{"r"},
		Runs: []RunRecord{{Method: "erm", Seed: 1, Status: Finished, Dir: "runs/erm/seed-1", Values: measure.Values{{Key: "test_error", Value: 1.5}}, Origin: &train.Origin{}}},
		Rows: []Row{{Method: "erm"}},
	}
	dir := f.TempDir()
	whole.Dir = dir
	if err := whole.save(); err != nil {
		f.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(dir, resultsName))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(text)
	f.Add([]byte("{}"))
	f.Add([]byte(`{"spec":{"seeds":[18446744073709551615],"optimizer":{"name":"adam"}},"machines":[{},null]}`))
	f.Add([]byte(`{"runs":[{"seed":1` + strings.Repeat("0", 300) + `}]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, resultsName), text, 0o644); err != nil {
			t.Fatal(err)
		}
		r, err := stored(dir)
		if err != nil {
			if said := strings.ReplaceAll(err.Error(), dir, ""); strings.Contains(said, "\n") || len(said) > 500 {
				t.Errorf("%d bytes: %.600q", len(said), said)
			}
			return
		}
		if err := r.save(); err != nil {
			t.Fatal(err)
		}
		again, err := stored(dir)
		if err != nil {
			t.Fatal(err)
		}
		if err := again.save(); err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(again.Machines, r.Machines) || string(again.CSV()) != string(r.CSV()) {
			t.Errorf("%+v, then %+v", r, again)
		}
	})
}
