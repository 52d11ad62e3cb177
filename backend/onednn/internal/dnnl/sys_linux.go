//go:build linux && (amd64 || arm64)

package dnnl

import "github.com/ebitengine/purego"

const supported = true

// dlopen opens a shared library with symbols of its own, so that two versions may live in one process.
func dlopen(name string) (uintptr, error) {
	return purego.Dlopen(name, purego.RTLD_NOW|purego.RTLD_LOCAL)
}

func dlclose(handle uintptr) { _ = purego.Dlclose(handle) }

// dlsym looks a symbol up in a library and in those that it was linked with; 0 if it is nowhere.
func dlsym(handle uintptr, name string) uintptr {
	address, err := purego.Dlsym(handle, name)
	if err != nil {
		return 0
	}
	return address
}

// registerFunc points a Go function variable at a C function. Only functions with floating-point parameters need it,
// it costs more than call.
func registerFunc(fptr any, address uintptr) { purego.RegisterFunc(fptr, address) }

// call calls a C function with integer and pointer parameters. Pointers to Go memory are converted to uintptr in the
// call expression, which keeps what they point to alive and off the stack.
//
//go:uintptrescapes
func call(fn uintptr, args ...uintptr) uintptr {
	r, _, _ := purego.SyscallN(fn, args...)
	return r
}

// callSlice is call with arguments that are already in a slice, which then need not be allocated. They hold no pointers
// to Go memory.
func callSlice(fn uintptr, args []uintptr) uintptr {
	r, _, _ := purego.SyscallN(fn, args...)
	return r
}
