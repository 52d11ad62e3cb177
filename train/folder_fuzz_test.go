package train

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/vicinal-ml/vicinal/data"
	"github.com/vicinal-ml/vicinal/measure"
	"github.com/vicinal-ml/vicinal/train/internal/rundir"
)

// inLine fails for an error that is not a short line.
func inLine(t *testing.T, err error, dir string) {
	t.Helper()
	if said := strings.ReplaceAll(err.Error(), dir, ""); strings.Contains(said, "\n") || len(said) > 1500 {
		t.Errorf("%d bytes: %.1600q", len(said), said)
	}
}

// Of a run under way the lines before the first that is none are read, of a
// finished one all or none.
func FuzzReadMetrics(f *testing.F) {
	half := 0.5
	line, err := json.Marshal(Metric{Epoch: 1, Step: 3, Loss: &half, Values: measure.Values{{Key: "test_error", Value: half}}, Diverged: true, Data: &data.Fingerprint{Samples: "a", Source: "b"}})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(append(line, '\n'), true)
	f.Add([]byte("{\"epoch\":1}\n{\"epo\x00\x00\x00\n{\"epoch\":3}\n"), false)
	f.Add([]byte("{\"epoch\":1}\r\n\n{}"), true)
	f.Add([]byte("{\"step\":1e"+strings.Repeat("9", 1000)+"}\n"), true)
	f.Add([]byte("{\"test_error\":1,\"test_error\":null,\"val_\":1,\"val_x\":{},\"train_\\u0000\":1e308}\n"), true)
	f.Add([]byte("null\n{\"data\":\"x\"}\n"), true)
	f.Fuzz(func(t *testing.T, text []byte, finished bool) {
		dir := t.TempDir()
		overwrite(t, dir, rundir.MetricsFile, string(text))
		if finished {
			overwrite(t, dir, rundir.ResultFile, "{}")
		}
		all, err := ReadMetrics(dir)
		lines := bytes.Count(text, []byte("\n"))
		switch {
		case err != nil && !finished && lines <= maxMetrics:
			t.Fatalf("a run under way: %v", err)
		case err != nil:
			inLine(t, err, dir)
			return
		case len(all) > lines, finished && len(all) < lines:
			t.Fatalf("%d metrics of %d lines", len(all), lines)
		}
		// What was read can be written and read again.
		var again []byte
		for _, m := range all {
			line, err := json.Marshal(m)
			if err != nil {
				t.Fatal(err)
			}
			again = append(append(again, line...), '\n')
		}
		overwrite(t, dir, rundir.MetricsFile, string(again))
		overwrite(t, dir, rundir.ResultFile, "{}")
		if back, err := ReadMetrics(dir); err != nil || len(back) != len(all) {
			t.Fatalf("%d of %d, %v", len(back), len(all), err)
		}
	})
}

// What is read of result.json can be written and read again.
func FuzzReadResult(f *testing.F) {
	text, err := (&Result{Spec: DefaultSpec(), Hash: "abc", Task: "classify", Primary: "error", Measures: measure.Table{{Measure: measure.Measure{Name: "error", Title: "%s error", Part: measure.Test}, Value: 1.5}}, AtBest: measure.Values{{Key: "val_error", Value: 2}}, Data: data.Fingerprint{Samples: "a"}, Broken: []data.Broken{{}}, Taken: &data.Taken{}}).encode()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(text)
	f.Add([]byte("{}"))
	f.Add([]byte("null"))
	f.Add([]byte(`{"test_error":1.5,"validation_error":null}`))
	f.Add([]byte(`{"spec":{"checkpoint_every":"` + strings.Repeat("9", 1000) + `h"},"test_error":null}`))
	f.Add([]byte(`{"params":1` + strings.Repeat("0", 1000) + `}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		dir := t.TempDir()
		overwrite(t, dir, rundir.ResultFile, string(text))
		r, err := ReadResult(dir)
		if err != nil {
			inLine(t, err, dir)
			return
		}
		_ = r.Spec.Hash()
		if n := len(r.Of(measure.Test).Heading()); n > len(text)+100 {
			t.Errorf("a heading of %d bytes", n)
		}
		again, err := r.encode()
		if err != nil {
			t.Fatal(err)
		}
		overwrite(t, dir, rundir.ResultFile, string(again))
		back, err := ReadResult(dir)
		if err != nil {
			t.Fatal(err)
		}
		if twice, err := back.encode(); err != nil || !bytes.Equal(twice, again) {
			t.Fatalf("%s, then %s: %v", again, twice, err)
		}
	})
}

// What is read of spec.toml can be written and read again, to the same hash.
func FuzzDecodeSpec(f *testing.F) {
	spec := DefaultSpec()
	spec.Freeze, spec.Classes = []Freeze{{}}, []string{"a"}
	text, err := spec.encode()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(text)
	f.Add([]byte("model = 'mlp:8'\nbatch = -1\nlabel_noise = nan\n"))
	f.Add([]byte("checkpoint_every = '" + strings.Repeat("9", 1000) + "h'"))
	f.Add([]byte("epochs = 1" + strings.Repeat("0", 1000)))
	f.Add([]byte(strings.Repeat("a", 1000) + " = 1"))
	f.Fuzz(func(t *testing.T, text []byte) {
		dir := t.TempDir()
		overwrite(t, dir, rundir.SpecFile, string(text))
		folder := rundir.At(dir)
		if err := claimFolder(folder, DefaultSpec()); err != nil {
			inLine(t, err, dir)
			if !errors.Is(err, ErrOtherRun) {
				t.Errorf("%v", err)
			}
		}
		read, err := decodeSpec(text)
		if err != nil {
			return
		}
		again, err := read.encode()
		if err != nil {
			t.Fatal(err)
		}
		if back, err := decodeSpec(again); err != nil || back.Hash() != read.Hash() {
			t.Fatalf("%q, then %q: %v", text, again, err)
		}
		if content, err := os.ReadFile(filepath.Join(dir, rundir.SpecFile)); err != nil || !bytes.Equal(content, text) {
			t.Fatalf("the file was changed: %q, %v", content, err)
		}
	})
}
