package dnnl

import (
	"errors"
	"fmt"
	"math"
	"os"
	"strings"
)

// EnvLibrary is the environment variable that names the library to open, as a path or as a name that the dynamic
// linker finds.
const EnvLibrary = "ONEDNN_LIBRARY"

// Library is an opened libdnnl. It stays open for the life of the process: its OpenMP threads may outlive any call.
type Library struct {
	fn      functions
	version Version
	info    Info
	live    counts
}

// Names returns the names that [Load] tries, in order. On amd64 version 2 comes first, because it convolves f32 with
// AVX-512 Winograd (PreActResNet-18 trains 1.6 times as fast), which 3.2 and newer have dropped; on arm64 version 3
// comes first, since version 2 has few kernels for it.
func Names() []string { return names(arch) }

func names(arch string) []string {
	if arch == "arm64" {
		return []string{"libdnnl.so.3", "libdnnl.so.2", "libdnnl.so"}
	}
	return []string{"libdnnl.so.2", "libdnnl.so.3", "libdnnl.so"}
}

// Load opens the library that the environment variable [EnvLibrary] names, or else the first of [Names] that can be
// used. The error says what was tried, why it was refused, and which packages bring the library.
func Load() (*Library, error) {
	if !supported {
		return nil, errUnsupported
	}
	if name := os.Getenv(EnvLibrary); name != "" {
		l, err := Open(name)
		if err != nil {
			return nil, fmt.Errorf("%w (named by the environment variable %s)", err, EnvLibrary)
		}
		return l, nil
	}
	var refused []error
	for _, name := range Names() {
		l, err := Open(name)
		if err == nil {
			return l, nil
		}
		refused = append(refused, err)
	}
	return nil, &NotFoundError{Refused: refused}
}

// Open opens one library by path, or by a name that the dynamic linker finds. A file that is not a library, a version
// that this package does not know, or one without the functions it needs is an error.
func Open(name string) (*Library, error) {
	if !supported {
		return nil, errUnsupported
	}
	if path := locate(name); path != "" {
		if err := checkFile(path); err != nil {
			return nil, fmt.Errorf("opening oneDNN library %s: %w", name, err)
		}
	}
	handle, err := dlopen(name)
	if err != nil {
		return nil, fmt.Errorf("opening oneDNN library %s: %w", name, err)
	}
	l := &Library{}
	if err := l.init(handle); err != nil {
		dlclose(handle)
		return nil, fmt.Errorf("opening oneDNN library %s: %w", name, err)
	}
	l.info.Name = name
	return l, nil
}

func (l *Library) init(handle uintptr) error {
	versionOf := dlsym(handle, "dnnl_version")
	if versionOf == 0 {
		return errors.New("it is not oneDNN: it has no dnnl_version")
	}
	v := call(versionOf)
	if v == 0 {
		return errors.New("dnnl_version returned nothing")
	}
	l.version = Version{int(*at[int32](v, 0)), int(*at[int32](v, 4)), int(*at[int32](v, 8))}
	if err := l.version.check(); err != nil {
		return err
	}
	runtime := Runtime(*at[uint32](v, 24))
	if err := runtime.check(); err != nil {
		return err
	}
	if err := l.fn.bind(handle, l.version.Major); err != nil {
		return fmt.Errorf("version %v: %w", l.version, err)
	}
	l.info = Info{
		Version: l.version, Hash: cstring(*at[uintptr](v, 16)), Runtime: runtime, ISA: l.isa(), Path: mappedFile(versionOf),
	}
	return nil
}

// isa names the instruction set that the library uses, with its hints if it has any: none are wanted, but whoever used it
// before in this process may have fixed those of ONEDNN_CPU_ISA_HINTS.
func (l *Library) isa() string {
	hints := uintptr(0)
	if l.fn.setCPUISAHints != 0 && l.fn.getCPUISAHints != 0 {
		call(l.fn.setCPUISAHints, 0) // before the set is asked for, which fixes it
		hints = call(l.fn.getCPUISAHints)
	}
	name := isaName(l.version.Major, uint32(call(l.fn.getEffectiveCPUISA)))
	if hints = hints & 0xffffffff; hints != 0 {
		name += fmt.Sprintf(" with hints %#x", hints)
	}
	return name
}

// Info says which library this is.
func (l *Library) Info() Info { return l.info }

// Version is the library's version.
func (l *Library) Version() Version { return l.version }

// SetThreads sets how many threads OpenMP uses for work submitted from the calling operating-system thread, at least 1.
// It does nothing in a library without OpenMP.
func (l *Library) SetThreads(n int) {
	if l.fn.ompSetNumThreads != 0 {
		call(l.fn.ompSetNumThreads, uintptr(max(n, 1)))
	}
}

// ThreadLimit is how many threads OpenMP uses at most, whatever SetThreads says: OMP_THREAD_LIMIT.
func (l *Library) ThreadLimit() int {
	if l.fn.ompGetThreadLimit == 0 {
		return math.MaxInt
	}
	return max(1, int(int32(call(l.fn.ompGetThreadLimit))))
}

// KeepThreads makes OpenMP use no fewer threads than SetThreads says, up to ThreadLimit, for work submitted from the calling
// operating-system thread: OMP_DYNAMIC would let the machine's load decide, and with OMP_MAX_ACTIVE_LEVELS=0 there is one.
// Kernels that were made for more threads than there are leave a part of the result out.
func (l *Library) KeepThreads() {
	if l.fn.ompSetDynamic != 0 {
		call(l.fn.ompSetDynamic, 0)
	}
	if l.fn.ompSetMaxActiveLevels != 0 && l.fn.ompGetMaxActiveLevels != 0 && int32(call(l.fn.ompGetMaxActiveLevels)) < 1 {
		call(l.fn.ompSetMaxActiveLevels, 1)
	}
}

// Threads is how many threads OpenMP would use for work submitted from the calling operating-system thread, 1 in a
// library without OpenMP.
func (l *Library) Threads() int {
	if l.fn.ompGetMaxThreads == 0 {
		return 1
	}
	return int(int32(call(l.fn.ompGetMaxThreads)))
}

// check turns a returned status into an error that says what was being done.
func (l *Library) check(status int32, doing string) error {
	if status == 0 {
		return nil
	}
	return &Error{Doing: doing, Status: Status(status)}
}

// alloc is zeroed native memory, for what the library reads after a call has returned.
func (l *Library) alloc(bytes int) uintptr {
	p := call(l.fn.calloc, 1, uintptr(max(bytes, 1)))
	if p == 0 {
		panic("dnnl: out of memory")
	}
	return p
}

func (l *Library) free(p uintptr) { call(l.fn.free, p) }

// NotFoundError is returned by [Load] when no library could be used.
type NotFoundError struct {
	Refused []error // one for each name tried
}

func (e *NotFoundError) Error() string {
	return "no usable oneDNN library: " + e.Tried() + ". " + e.Advice()
}

// Tried says what was tried and why it was refused.
func (e *NotFoundError) Tried() string {
	list := make([]string, len(e.Refused))
	for i, err := range e.Refused {
		list[i] = err.Error()
	}
	return strings.Join(list, "; ")
}

// Advice says what to install.
func (e *NotFoundError) Advice() string {
	return "Install it: " + packages + ". Or name a file in the environment variable " + EnvLibrary
}

// Unwrap returns why each name was refused.
func (e *NotFoundError) Unwrap() []error { return e.Refused }

const packages = "Debian, Ubuntu libdnnl2 or libdnnl3; Fedora onednn; Homebrew onednn; " +
	"conda-forge onednn; PyPI onednn-cpu-gomp"
