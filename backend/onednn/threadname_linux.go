package onednn

import (
	"syscall"
	"unsafe"
)

// nameThread names the calling operating-system thread, and what threads it starts, for tools such as top.
func nameThread(name string) {
	text := append([]byte(name), 0) // the system takes 15 bytes
	syscall.RawSyscall(syscall.SYS_PRCTL, syscall.PR_SET_NAME, uintptr(unsafe.Pointer(&text[0])), 0)
}

// onMainThread tells whether the calling thread is the process's first.
func onMainThread() bool { return syscall.Gettid() == syscall.Getpid() }
