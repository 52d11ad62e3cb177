package train

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/vicinal-ml/vicinal/data"
	"github.com/vicinal-ml/vicinal/train/internal/rundir"
)

// photographs is a folder of JPEG files, opened, and a spec to train on it.
func photographs(t *testing.T) (*data.Set, Spec) {
	t.Helper()
	file, err := os.ReadFile("../data/internal/photo/testdata/rgb.jpg")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for i := range 24 {
		path := filepath.Join(dir, fmt.Sprint("class", i%2), fmt.Sprint(i, ".jpg"))
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, file, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	spec := quickSpec()
	spec.Data, spec.Augment, spec.Model, spec.TrainSize, spec.Validation = "folder:"+dir+"?size=8", "none", "mlp:4", -1, 0
	spec.Batch = 4
	set, err := data.Open(t.Context(), spec.Data, spec.DataOptions())
	if err != nil {
		t.Fatal(err)
	}
	return set, spec
}

// TestResumeWithAnotherDecoder goes on from checkpoints that say they were
// written with another JPEG decoder, which had given the same samples or not.
func TestResumeWithAnotherDecoder(t *testing.T) {
	set, spec := photographs(t)
	here, err := set.JPEGDecoder()
	if err != nil {
		t.Fatal(err)
	}
	others := func(f *data.Fingerprint) { f.Samples = "others" }
	otherFiles := func(f *data.Fingerprint) { f.Source = "others" }
	ofBefore := func(f *data.Fingerprint) { *f = data.Fingerprint{Samples: "others"} }
	start := t.TempDir()
	if err := interruptAt(t, set, spec, start, 3); !errors.Is(err, ErrInterrupted) {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name    string
		decoder string                    // of the checkpoint
		data    func(f *data.Fingerprint) // of the checkpoint; nil is as it is
		refused string                    // what the error names; "" for none
		noted   string                    // what the note of other versions names; "" for no such note
	}{
		{"the same", here, nil, "", ""},
		{"another, the same samples", "another 1.0", nil, "", "with JPEG decoder another 1.0, from here on with JPEG decoder " + here + ":"},
		{"another, other samples", "another 1.0", others, "decoded by another 1.0, which " + here + " decodes otherwise here", ""},
		{"another, other samples, of before", "another 1.0", ofBefore, "decoded by another 1.0, which " + here + " decodes otherwise here", ""},
		{"another, other files", "another 1.0", otherFiles, "made from other data than folder:", ""},
		{"not noted, the same samples", "", nil, "", "JPEG decoder not noted"},
		{"not noted, other samples", "", ofBefore, "made from other data than folder:", ""},
		{"the same, other samples", here, others, "but drawn, decoded or normalised otherwise", ""},
		{"the same, other samples, of before", here, ofBefore, "made from other data than folder:", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			if err := os.CopyFS(dir, os.DirFS(start)); err != nil {
				t.Fatal(err)
			}
			path := filepath.Join(dir, rundir.LastFile)
			c, err := readCheckpoint(path)
			if err != nil {
				t.Fatal(err)
			}
			if c.Versions.JPEG != here {
				t.Errorf("the checkpoint says %q, want %q", c.Versions.JPEG, here)
			}
			c.Versions.JPEG = test.decoder
			if test.data != nil {
				test.data(&c.Data)
			}
			content, err := c.encode()
			if err != nil {
				t.Fatal(err)
			}
			overwrite(t, dir, rundir.LastFile, string(content))
			var notes []string
			result, err := Run(context.Background(), backendFor(t), set, spec, dir, Hooks{Note: func(s string) {
				if strings.Contains(s, "was computed with") {
					notes = append(notes, s)
				}
			}})
			switch {
			case test.refused != "":
				if !errors.Is(err, ErrOtherRun) || !strings.Contains(err.Error(), test.refused) {
					t.Errorf("error %v, want one with %q", err, test.refused)
				}
			case err != nil:
				t.Error(err)
			case result.Versions.JPEG != here:
				t.Errorf("the result says %q, want %q", result.Versions.JPEG, here)
			}
			if all := strings.Join(notes, "\n"); (test.noted == "") != (all == "") || !strings.Contains(all, test.noted) {
				t.Errorf("notes %q, want one with %q", all, test.noted)
			}
		})
	}
}
