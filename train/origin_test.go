package train

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/vicinal-ml/vicinal/data"
	"github.com/vicinal-ml/vicinal/train/internal/rundir"
)

// TestOrigin decides what is refused (how, in words), what is told, and what is
// no difference at all. The table in ARCHITECTURE.md says the same.
func TestOrigin(t *testing.T) {
	defer func(kept []revision) { revisions = kept }(revisions)
	revisions = []revision{{"mixup draws otherwise", func(s Spec) bool { return s.Method != "erm" }}, {"images are flipped otherwise", func(s Spec) bool { return s.Data != "digits" }}}
	here := Origin{
		Data: data.Fingerprint{Samples: "samples", Source: "source", Times: "times"}, Init: "weights", Revision: 2,
		Versions: Versions{Program: "v1.1.0", Go: "go1.27", GoMLX: "v0.28", Compute: "v0.1", Backend: "go", Vectors: "AVX2, Go backend 256 bits", Machine: "linux/amd64", JPEG: "turbo"},
	}
	for _, test := range []struct {
		name    string
		change  func(o *Origin)
		refused string // what the reason says, "" for none
		told    string // what the difference says, "" for none
	}{
		{"itself", func(o *Origin) {}, "", ""},
		{"data", func(o *Origin) { o.Data.Source = "other" }, "from other data than wine holds now", ""},
		{"drawn otherwise", func(o *Origin) { o.Data.Samples = "other" }, "drawn, decoded or normalised otherwise", ""},
		{"data of before", func(o *Origin) { o.Data = data.Fingerprint{Samples: "samples"} }, "", ""},
		{"other data of before", func(o *Origin) { o.Data = data.Fingerprint{Samples: "other"} }, "from other data than wine", ""},
		{"times of files", func(o *Origin) { o.Data.Times = "later" }, "", ""},
		{"decoder with other pixels", func(o *Origin) { o.Versions.JPEG, o.Data.Samples = "go", "other" }, "from JPEG files decoded by go, which turbo decodes otherwise", "JPEG decoder go"},
		{"decoder with the same pixels", func(o *Origin) { o.Versions.JPEG = "go" }, "", "JPEG decoder go"},
		{"decoder not noted", func(o *Origin) { o.Versions.JPEG = "" }, "", "JPEG decoder not noted"},
		{"initial weights", func(o *Origin) { o.Init = "other" }, "from other initial weights than start.safetensors holds now", ""},
		{"initial weights gone", func(o *Origin) { o.Init = "" }, "", ""},
		{"arithmetic of before", func(o *Origin) { o.Revision = 0 }, "before the program changed: images are flipped otherwise", ""},
		{"arithmetic of before that", func(o *Origin) { o.Revision = 1 }, "before the program changed: images are flipped otherwise", ""},
		{"arithmetic to come", func(o *Origin) { o.Revision = 3 }, "by a newer program", ""},
		{"program", func(o *Origin) { o.Versions.Program = "v1.0.0" }, "", "vicinal v1.0.0"},
		{"Go", func(o *Origin) { o.Versions.Go = "go1.26" }, "", "go1.26"},
		{"GoMLX", func(o *Origin) { o.Versions.GoMLX = "v0.27" }, "", "GoMLX v0.27"},
		{"compute", func(o *Origin) { o.Versions.Compute = "v0.0" }, "", "compute v0.0"},
		{"backend, its options and its library", func(o *Origin) { o.Versions.Backend = "onednn:threads=2 (oneDNN 3)" }, "", "backend onednn:threads=2 (oneDNN 3)"},
		{"width of vectors", func(o *Origin) { o.Versions.Vectors = "AVX-512, Go backend 512 bits" }, "", "vectors AVX-512, Go backend 512 bits"},
		{"width of before", func(o *Origin) { o.Versions.Vectors = "" }, "", ""},
		{"machine", func(o *Origin) { o.Versions.Machine = "linux/arm64" }, "", "linux/arm64"},
		{"only its data is known", func(o *Origin) { *o = Origin{Data: o.Data} }, "", ""},
	} {
		o := here
		test.change(&o)
		reason := o.Against(here, Spec{Data: "wine", Init: "start.safetensors"})
		if (test.refused == "") != (reason == "") || !strings.Contains(reason, test.refused) {
			t.Errorf("%s: reason %q, want %q", test.name, reason, test.refused)
		}
		if test.name == "only its data is known" {
			continue // a run that diverged at once has no pair
		}
		told, _ := o.Versions.Difference(here.Versions)
		if told != test.told {
			t.Errorf("%s: told %q, want %q", test.name, told, test.told)
		}
	}
	for _, test := range []struct {
		method, data string
		want         int
	}{{"erm", "digits", 0}, {"mixup:1", "digits", 1}, {"mixup:1", "cifar10", 2}, {"erm", "cifar10", 2}} {
		if got := Revision(Spec{Method: test.method, Data: test.data}); got != test.want {
			t.Errorf("%s on %s: revision %d, want %d", test.method, test.data, got, test.want)
		}
	}
}

// What else decides a result is of the run's identity: a folder of other
// settings is refused by them.
func TestIdentityHolds(t *testing.T) {
	base, err := DefaultSpec().Resolve()
	if err != nil {
		t.Fatal(err)
	}
	base.Data = "cifar10"
	for name, change := range map[string]func(*Spec){
		"precision":    func(s *Spec) { s.Precision = PrecisionMixed },
		"augmentation": func(s *Spec) { s.Augment = "crop:2,flip" },
		"noise":        func(s *Spec) { s.LabelNoise = 0.1 },
		"eval_flip":    func(s *Spec) { s.EvalFlip = true },
	} {
		other := base
		change(&other)
		if other.Hash() == base.Hash() {
			t.Errorf("%s is no part of the identity", name)
		}
	}
	// The usual augmentation is kept as it was resolved: a program with another
	// default has another spec.
	resolved, err := Spec{Data: "cifar10", Augment: data.AugmentDefault, Model: "cnn", Method: "erm", Epochs: 1, Batch: 1, EvalEvery: 1, CheckpointEvery: 1, Optimizer: base.Optimizer}.Resolve()
	if err != nil || resolved.Augment == data.AugmentDefault || resolved.Augment == "" {
		t.Errorf("augmentation %q, %v", resolved.Augment, err)
	}
}

// changedTable is a table in a file, and what changes one value of one row there.
func changedTable(t *testing.T, spec *Spec) (set *data.Set, change func()) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "t.csv")
	var text strings.Builder
	text.WriteString("a,b,y\n")
	for i := range 300 {
		text.WriteString(strings.Join([]string{string(rune('0' + i%7)), string(rune('0' + i%5)), string(rune('0' + i%2))}, ",") + "\n")
	}
	write := func(text string) {
		t.Helper()
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	write(text.String())
	spec.Data, spec.Model, spec.Augment, spec.TrainSize, spec.Validation = "csv:"+path, "mlp:4", "none", 0, 0
	open := func() *data.Set {
		t.Helper()
		set, err := data.Open(t.Context(), spec.Data, spec.DataOptions())
		if err != nil {
			t.Fatal(err)
		}
		return set
	}
	set = open()
	return set, func() {
		t.Helper()
		write(strings.Replace(text.String(), "3,2,1\n", "4,2,1\n", 1))
		*set = *open()
	}
}

func TestFinishedFromOtherData(t *testing.T) {
	spec := quickSpec()
	set, change := changedTable(t, &spec)
	dir := t.TempDir()
	first := mustRun(t, set, spec, dir, Hooks{})
	if again := mustRun(t, set, spec, dir, Hooks{}); again.Measures.Of("test_error") != first.Measures.Of("test_error") {
		t.Errorf("%v, then %v", first.Measures.Of("test_error"), again.Measures.Of("test_error"))
	}
	change()
	_, err := Run(context.Background(), backendFor(t), set, spec, dir, Hooks{})
	if !errors.Is(err, ErrOtherRun) || !strings.Contains(err.Error(), "made from other data than csv:") {
		t.Errorf("error %v", err)
	}
}

// TestFinishedWithOtherVersions reads a finished run of another processor, and
// one of a program that did not note the vectors.
func TestFinishedWithOtherVersions(t *testing.T) {
	spec := quickSpec()
	set := smallSet(t, spec)
	dir := t.TempDir()
	mustRun(t, set, spec, dir, Hooks{})
	for _, test := range []struct{ vectors, told string }{
		{`"AVX9"`, "it was computed with vectors AVX9, here is vectors "},
		{`""`, ""},
	} {
		var content map[string]json.RawMessage
		if err := json.Unmarshal([]byte(readFile(t, dir, rundir.ResultFile)), &content); err != nil {
			t.Fatal(err)
		}
		var versions map[string]json.RawMessage
		if err := json.Unmarshal(content["versions"], &versions); err != nil {
			t.Fatal(err)
		}
		versions["vectors"] = json.RawMessage(test.vectors)
		content["versions"], _ = json.Marshal(versions)
		text, _ := json.Marshal(content)
		overwrite(t, dir, rundir.ResultFile, string(text))
		var notes []string
		mustRun(t, set, spec, dir, Hooks{Note: func(line string) {
			if strings.Contains(line, "computed with") {
				notes = append(notes, line)
			}
		}})
		if all := strings.Join(notes, "\n"); (all == "") != (test.told == "") || !strings.Contains(all, test.told) {
			t.Errorf("vectors %s: notes %q, want one with %q", test.vectors, all, test.told)
		}
	}
}

// TestReadOrigin reads it of runs at every stage.
func TestReadOrigin(t *testing.T) {
	spec := quickSpec()
	set := smallSet(t, spec)
	want, err := CurrentOrigin(t.Context(), backendFor(t), set, spec)
	if err != nil {
		t.Fatal(err)
	}
	finished, open, wild := t.TempDir(), t.TempDir(), t.TempDir()
	mustRun(t, set, spec, finished, Hooks{})
	if err := interruptAt(t, set, spec, open, 3); !errors.Is(err, ErrInterrupted) {
		t.Fatal(err)
	}
	spec.Optimizer.LearningRate = 1000
	if _, err := Run(t.Context(), backendFor(t), set, spec, wild, Hooks{}); !errors.Is(err, ErrDiverged) {
		t.Fatal(err)
	}
	for name, dir := range map[string]string{"finished": finished, "unfinished": open} {
		got, err := ReadOrigin(dir)
		if err != nil || got == nil || *got != want {
			t.Errorf("%s: %+v, %v; want %+v", name, got, err, want)
		}
	}
	got, err := ReadOrigin(wild)
	if err != nil || got == nil || !got.Data.Same(want.Data) || got.Data.Source != want.Data.Source {
		t.Errorf("diverged: %+v, %v; want the data %v", got, err, want.Data)
	}
	if got, err := ReadOrigin(t.TempDir()); got != nil || err != nil {
		t.Errorf("of nothing: %+v, %v", got, err)
	}
}

// TestResumeOnAnotherProcessor goes on from checkpoints of other vectors, and
// of a program that did not note them.
func TestResumeOnAnotherProcessor(t *testing.T) {
	spec := quickSpec()
	set := smallSet(t, spec)
	start := t.TempDir()
	if err := interruptAt(t, set, spec, start, 3); !errors.Is(err, ErrInterrupted) {
		t.Fatal(err)
	}
	for _, test := range []struct{ vectors, told string }{
		{"AVX9, Go backend 1024 bits", "the run was computed with vectors AVX9, Go backend 1024 bits, from here on with vectors " + vectors() + ": the rest may differ in its last bits"},
		{"", ""},
	} {
		dir := t.TempDir()
		if err := os.CopyFS(dir, os.DirFS(start)); err != nil {
			t.Fatal(err)
		}
		c := mustRead(t, dir, rundir.LastFile)
		c.Versions.Vectors = test.vectors
		content, err := c.encode()
		if err != nil {
			t.Fatal(err)
		}
		overwrite(t, dir, rundir.LastFile, string(content))
		told := ""
		result := mustRun(t, set, spec, dir, Hooks{Note: func(line string) {
			if strings.Contains(line, "computed with") {
				told += line
			}
		}})
		if told != test.told || result.Versions.Vectors != vectors() {
			t.Errorf("of %q: %q is told, the result says %q", test.vectors, told, result.Versions.Vectors)
		}
	}
}

// What changes the choice of the Go backend is a part of what is noted.
func TestVectors(t *testing.T) {
	before := vectors()
	t.Setenv("GOMLX_GO_SIMD_AVX2", "0")
	if after := vectors(); after != before+", GOMLX_GO_SIMD_AVX2=0" {
		t.Errorf("%q, with the variable %q", before, after)
	}
	if !strings.Contains(before, "AVX") {
		t.Errorf("%q names no instructions", before)
	}
}
