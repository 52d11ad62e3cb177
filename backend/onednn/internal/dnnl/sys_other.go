//go:build !linux || !(amd64 || arm64)

package dnnl

const supported = false

func dlopen(string) (uintptr, error) { panic("dnnl: unsupported system") }

func dlclose(uintptr) { panic("dnnl: unsupported system") }

func dlsym(uintptr, string) uintptr { panic("dnnl: unsupported system") }

func registerFunc(any, uintptr) { panic("dnnl: unsupported system") }

func call(uintptr, ...uintptr) uintptr { panic("dnnl: unsupported system") }

func callSlice(uintptr, []uintptr) uintptr { panic("dnnl: unsupported system") }
