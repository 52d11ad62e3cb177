package dnnl_test

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"

	"github.com/vicinal-ml/vicinal/backend/onednn/internal/dnnl"
)

func TestLoadMissing(t *testing.T) {
	t.Setenv(dnnl.EnvLibrary, "libno-such-library.so")
	_, err := dnnl.Load()
	if err == nil || !strings.Contains(err.Error(), "libno-such-library.so") || !strings.Contains(err.Error(), dnnl.EnvLibrary) {
		t.Errorf("error %v, wanted one that names the library and the variable", err)
	}
}

func TestLoadNamed(t *testing.T) {
	for _, name := range libraryNames() {
		r := newRig(t, name)
		t.Setenv(dnnl.EnvLibrary, r.lib.Info().Path)
		l, err := dnnl.Load()
		if err != nil {
			t.Fatal(err)
		}
		if l.Version() != r.lib.Version() {
			t.Errorf("%s: version %v, wanted %v", name, l.Version(), r.lib.Version())
		}
		r.stream.Destroy()
		r.engine.Destroy()
	}
}

func TestNotFoundError(t *testing.T) {
	cause := errors.New("libdnnl.so.2: no such file")
	err := error(&dnnl.NotFoundError{Refused: []error{cause, errors.New("libdnnl.so.3: damaged")}})
	for _, want := range []string{"libdnnl.so.2", "libdnnl.so.3", "Debian", "Ubuntu", "Fedora", "Homebrew", "conda-forge", dnnl.EnvLibrary} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q does not say %s", err, want)
		}
	}
	if !errors.Is(err, cause) {
		t.Error("it does not wrap its causes")
	}
}

// compileLibrary compiles a shared library from C, for libraries that are not what they should be.
func compileLibrary(t *testing.T, source string) string {
	t.Helper()
	cc, err := exec.LookPath("cc")
	if err != nil {
		t.Skip("SKIP: no C compiler to make a wrong library with")
	}
	dir := t.TempDir()
	c, so := filepath.Join(dir, "wrong.c"), filepath.Join(dir, "libwrong.so")
	if err := os.WriteFile(c, []byte(source), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command(cc, "-shared", "-fPIC", "-o", so, c).CombinedOutput(); err != nil {
		t.Skipf("SKIP: the C compiler does not make shared libraries: %v: %s", err, out)
	}
	return so
}

func TestOpenRefuses(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("SKIP: not a supported system")
	}
	versioned := func(fields string) func(*testing.T) string {
		return func(t *testing.T) string {
			return compileLibrary(t, `struct v { int major, minor, patch; const char *hash; unsigned cpu, gpu; };
				static const struct v v = {`+fields+`};
				const struct v *dnnl_version(void) { return &v; }`)
		}
	}
	for _, c := range []struct {
		name, want string
		file       func(t *testing.T) string
	}{
		{"not a file", "no-such-file", func(t *testing.T) string { return filepath.Join(t.TempDir(), "no-such-file") }},
		{"not a library", "not a whole shared library", func(t *testing.T) string {
			name := filepath.Join(t.TempDir(), "libtext.so")
			if err := os.WriteFile(name, []byte("this is text\n"), 0o600); err != nil {
				t.Fatal(err)
			}
			return name
		}},
		{"cut short", "not a whole shared library", cutLibrary},
		{"another library", "has no dnnl_version", func(t *testing.T) string { return compileLibrary(t, "int x;") }},
		{"too old", "version 2.5.4, wanted 2.6", versioned(`2, 5, 4, "", 2, 0`)},
		{"too new", "version 4.0.0, wanted 2.6", versioned(`4, 0, 0, "", 2, 0`)},
		{"thread pool", "wanted OpenMP", versioned(`3, 2, 0, "", 8, 0`)},
		{"no CPU", "wanted OpenMP", versioned(`3, 2, 0, "", 0, 1`)},
		{"2.x without functions", "dnnl_primitive_desc_iterator_create", versioned(`2, 6, 3, "", 2, 0`)},
		{"3.x without functions", "dnnl_convolution_forward_primitive_desc_create", versioned(`3, 2, 0, "", 2, 0`)},
	} {
		t.Run(c.name, func(t *testing.T) {
			l, err := dnnl.Open(c.file(t))
			if err == nil {
				t.Fatalf("opened as %v", l.Info())
			}
			if !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %q, wanted one that says %q", err, c.want)
			}
			if strings.Contains(err.Error(), "\n") {
				t.Errorf("error %q is of several lines", err)
			}
		})
	}
}

// cutLibrary is the first half of a real library.
func cutLibrary(t *testing.T) string {
	for _, name := range libraryNames() {
		l, err := dnnl.Open(name)
		if err != nil {
			continue
		}
		whole, err := os.ReadFile(l.Info().Path)
		if err != nil {
			t.Fatal(err)
		}
		cut := filepath.Join(t.TempDir(), "libcut.so")
		if err := os.WriteFile(cut, whole[:len(whole)/2], 0o600); err != nil {
			t.Fatal(err)
		}
		return cut
	}
	t.Skip("SKIP: no library to cut")
	return ""
}

func TestInfo(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		info := r.lib.Info()
		if _, err := os.Stat(info.Path); err != nil {
			t.Errorf("path: %v", err)
		}
		if !regexp.MustCompile(`^[a-z][a-z0-9_]*$`).MatchString(info.ISA) {
			t.Errorf("instruction set %q has no name", info.ISA)
		}
		if !strings.Contains(info.String(), info.Version.String()) {
			t.Errorf("%q does not say the version", info)
		}
	})
}

func TestThreads(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		before := r.lib.Threads()
		defer r.lib.SetThreads(before)
		if r.lib.Info().Runtime != dnnl.RuntimeOpenMP {
			t.Skipf("SKIP: %v", r.lib.Info().Runtime)
		}
		r.lib.SetThreads(3)
		if n := r.lib.Threads(); n != 3 {
			t.Errorf("%d threads, wanted 3", n)
		}
		other := make(chan int)
		go func() {
			runtime.LockOSThread() // not unlocked: the thread ends with the goroutine
			other <- r.lib.Threads()
		}()
		if n := <-other; n != before {
			t.Errorf("%d threads on another thread, wanted %d: the number is the calling thread's", n, before)
		}
	})
}
