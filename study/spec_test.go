package study

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestSpecRoundTrip(t *testing.T) {
	spec := DefaultSpec()
	spec.Methods = []string{"erm", "samplepairing:warmup=2,last=3", "mixup:1"}
	spec.Epochs, spec.Optimizer.Drops = 12, []int{3, 6}
	spec.Optimizer.Schedule = "step"
	resolved, err := spec.Resolve()
	if err != nil {
		t.Fatal(err)
	}
	text, err := resolved.TOML()
	if err != nil {
		t.Fatal(err)
	}
	for _, hidden := range []string{"\nmethod =", "\nseed ="} {
		if strings.Contains("\n"+string(text), hidden) {
			t.Errorf("study.toml has a key %q:\n%s", hidden, text)
		}
	}
	again, err := ParseSpec("study.toml", text)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(again, resolved) {
		t.Errorf("read back:\n%+v\nwritten:\n%+v", again, resolved)
	}
	text, err = json.Marshal(resolved)
	if err != nil {
		t.Fatal(err)
	}
	var fromJSON Spec
	if err := json.Unmarshal(text, &fromJSON); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(fromJSON, resolved) {
		t.Errorf("read back from JSON:\n%+v\nwritten:\n%+v", fromJSON, resolved)
	}
}

func TestParseSpecRefuses(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"epochs = 3\nmethds = ['erm']", `s.toml:2: unknown key "methds", did you mean "methods"?`},
		{"learning_rate = 0.1", `s.toml:1: unknown key "learning_rate", did you mean "optimizer.learning_rate"?`},
		{"\n[optimizer]\nmomentun = 1", `s.toml:3: unknown key "optimizer.momentun", did you mean "optimizer.momentum"?`},
		{"xyzzy = 1", `known are augment, `},
		{"epochs = 'ten'", `s.toml:1:`},
		{"epochs = ", `s.toml:1:`},
		{"method = 'erm'", `methods = ["erm", ...]`},
		{"seed = 4", `seeds = [4, ...]`},
		{"seed = 0", `seeds = [0, ...]`},
		{"seeds = [-1]", `s.toml:1:`},
	} {
		_, err := ParseSpec("s.toml", []byte(c.text))
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%q: %v, want one line with %q", c.text, err, c.want)
		}
	}
}

func TestResolveRefuses(t *testing.T) {
	for _, c := range []struct {
		change func(*Spec)
		want   string
	}{
		{func(s *Spec) { s.Methods = nil }, "methods is empty"},
		{func(s *Spec) { s.Seeds = nil }, "seeds is empty"},
		{func(s *Spec) { s.Jobs = -1 }, "jobs = -1"},
		{func(s *Spec) { s.Methods = []string{"mixup:0.2", "mixup:0.20"} }, `"mixup:0.2" and "mixup:0.20" are the same`},
		{func(s *Spec) { s.Methods = []string{"erm", "mixpu"} }, "mixup"},
		{func(s *Spec) { s.Seeds = []uint64{3, 1, 3} }, "3 is there twice"},
		{func(s *Spec) { s.Seeds = []uint64{1, 1 << 63} }, "seed = 9223372036854775808"},
		{func(s *Spec) { s.Epochs = 0 }, "epochs = 0"},
	} {
		spec := DefaultSpec()
		c.change(&spec)
		if _, err := spec.Resolve(); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v, want %q in it", err, c.want)
		}
	}
}

func TestReadSpec(t *testing.T) {
	path := filepath.Join(t.TempDir(), "study.toml")
	if err := os.WriteFile(path, []byte("epochs = 7\nseeds = [4]\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	spec, err := ReadSpec(path)
	if err != nil {
		t.Fatal(err)
	}
	want := DefaultSpec()
	want.Epochs, want.Seeds = 7, []uint64{4}
	if !reflect.DeepEqual(spec, want) {
		t.Errorf("got %+v", spec)
	}
	if _, err := ReadSpec(path + "x"); err == nil {
		t.Error("a missing file was read")
	}
}

func FuzzParseSpec(f *testing.F) {
	for _, text := range []string{"", "epochs = 3", "[optimizer]\nname = 'adam'", "a.b.c = 1", "methods = [['erm']]", "seeds = [9223372036854775808]"} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		if spec, err := ParseSpec("s.toml", text); err == nil {
			spec.Resolve() // must not panic
		} else if strings.Count(err.Error(), "\n") > 0 {
			t.Errorf("more than one line: %q", err)
		}
	})
}

func TestSlug(t *testing.T) {
	for _, c := range []struct{ method, want string }{
		{"erm", "erm"},
		{"mixup:0.2", "mixup-0.2"},
		{"samplepairing:warmup=4,on=8,off=2,last=8", "samplepairing-warmup=4_on=8_off=2_last=8"},
	} {
		if got := Slug(c.method); got != c.want {
			t.Errorf("Slug(%q) = %q, want %q", c.method, got, c.want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		methods := rapid.SliceOfNDistinct(rapid.String(), 2, 2, rapid.ID[string]).Draw(t, "methods")
		a, b := Slug(methods[0]), Slug(methods[1])
		if a == b {
			t.Fatalf("%q and %q share the folder %q", methods[0], methods[1], a)
		}
		if a == "" || a[0] == '.' || strings.ContainsAny(a, "/\x00") || len(a) > 100 {
			t.Fatalf("Slug(%q) = %q is no folder name", methods[0], a)
		}
	})
}
