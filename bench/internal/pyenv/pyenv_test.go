package pyenv

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// fakePython logs what it is asked to do, makes the interpreter of an
// environment, and fails where the file "fail" holds the name of the module.
const fakePython = `#!/bin/sh
echo "$2" >>"$FAKE/log"
if [ "$2" = "$(cat "$FAKE/fail" 2>/dev/null)" ]; then exit 1; fi
if [ "$2" = venv ]; then mkdir -p "$3/bin"; cp "$0" "$3/bin/python"; fi
`

// fake is a module's folder, which is the working directory, and a python3.
type fake struct {
	t   *testing.T
	dir string
}

func newFake(t *testing.T) fake {
	f := fake{t, t.TempDir()}
	t.Setenv("FAKE", f.dir)
	t.Setenv("PATH", f.dir+string(filepath.ListSeparator)+os.Getenv("PATH"))
	f.write("python3", fakePython)
	module := filepath.Join(f.dir, "module")
	f.write("module/"+requirements, "torch==1\n")
	t.Chdir(module)
	return f
}

func (f fake) write(name, text string) {
	f.t.Helper()
	path := filepath.Join(f.dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		f.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o777); err != nil {
		f.t.Fatal(err)
	}
}

// did returns the modules that were run since the last call, in order.
func (f fake) did() string {
	f.t.Helper()
	path := filepath.Join(f.dir, "log")
	log, err := os.ReadFile(path)
	if err != nil && !os.IsNotExist(err) {
		f.t.Fatal(err)
	}
	if err := os.RemoveAll(path); err != nil {
		f.t.Fatal(err)
	}
	return strings.Join(strings.Fields(string(log)), " ")
}

func (f fake) path(p *Python) string {
	f.t.Helper()
	got, err := p.Path(f.t.Context())
	if err != nil {
		f.t.Fatal(err)
	}
	return got
}

func TestPathMakesAndUpdates(t *testing.T) {
	for _, venv := range []string{Dir, "elsewhere/env"} {
		t.Run(venv, func(t *testing.T) {
			f := newFake(t)
			p := &Python{Venv: venv, Log: new(bytes.Buffer)}
			want := filepath.Join(venv, "bin", "python")
			for _, step := range []struct{ requirements, did string }{
				{"torch==1\n", "venv pip"},
				{"torch==1\n", ""},
				{"torch==2\n", "pip"},
				{"torch==2\n", ""},
			} {
				f.write("module/"+requirements, step.requirements)
				if got := f.path(p); got != want {
					t.Errorf("interpreter %s, want %s", got, want)
				}
				if did := f.did(); did != step.did {
					t.Errorf("with %q it ran %q, want %q", step.requirements, did, step.did)
				}
			}
		})
	}
}

func TestPathOfAnEnvironmentWithoutRecord(t *testing.T) {
	for _, test := range []struct{ venv, did string }{
		{"mine", ""}, // the user's: left alone
		{Dir, "pip"}, // ours, from before there was a record
		{"./" + Dir, "pip"},
	} {
		f := newFake(t)
		f.write("module/"+test.venv+"/bin/python", fakePython)
		f.path(&Python{Venv: test.venv, Log: new(bytes.Buffer)})
		if did := f.did(); did != test.did {
			t.Errorf("%s: ran %q, want %q", test.venv, did, test.did)
		}
	}
}

func TestPathAfterFailure(t *testing.T) {
	for _, test := range []struct{ fails, again string }{
		{"venv", "venv pip"},
		{"pip", "pip"},
	} {
		f := newFake(t)
		p := &Python{Venv: "env", Log: new(bytes.Buffer)}
		f.write("fail", test.fails)
		if _, err := p.Path(t.Context()); err == nil || !strings.Contains(err.Error(), "env") {
			t.Fatalf("%s fails: error %v", test.fails, err)
		}
		f.did()
		f.write("fail", "")
		f.path(p)
		if did := f.did(); did != test.again {
			t.Errorf("after %s failed it ran %q, want %q", test.fails, did, test.again)
		}
	}
}

func TestPathOutsideTheModule(t *testing.T) {
	newFake(t)
	t.Chdir(t.TempDir())
	if _, err := (&Python{Venv: Dir, Log: new(bytes.Buffer)}).Path(t.Context()); err == nil || !strings.Contains(err.Error(), requirements) {
		t.Errorf("error %v does not name %s", err, requirements)
	}
}

func TestFlags(t *testing.T) {
	for _, test := range []struct {
		args                   []string
		venv, interpreter, did string
	}{
		{nil, Dir, filepath.Join(Dir, "bin", "python"), "venv pip"},
		{[]string{"-venv", "e"}, "e", filepath.Join("e", "bin", "python"), "venv pip"},
		{[]string{"-python", "/opt/python"}, Dir, "/opt/python", ""},
		{[]string{"-venv", "e", "-python", "/opt/python"}, "e", "/opt/python", ""},
	} {
		f := newFake(t)
		set := flag.NewFlagSet("test", flag.ContinueOnError)
		p := Flags(set)
		if err := set.Parse(test.args); err != nil {
			t.Fatal(err)
		}
		p.Log = new(bytes.Buffer)
		if got := f.path(p); p.Venv != test.venv || got != test.interpreter {
			t.Errorf("%v: %s of %s, want %s of %s", test.args, got, p.Venv, test.interpreter, test.venv)
		}
		if did := f.did(); did != test.did {
			t.Errorf("%v: ran %q, want %q", test.args, did, test.did)
		}
	}
}
