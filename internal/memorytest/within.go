//go:build linux

package memorytest

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"runtime/debug"
	"strings"
	"syscall"
	"testing"
	"time"
)

// patience is how long the child may take.
const patience = 2 * time.Minute

// variable names the test that a child process is to run.
const variable = "VICINAL_MEMORY_TEST"

// Within runs f in a process of its own, which may take mib MiB of memory more than it has when f
// begins, and 128 MiB for the stacks of threads: the kernel grants it no more (RLIMIT_DATA, which
// counts what is mapped to be written), and Go's collector keeps below mib what is no longer used. It
// is called at the end of a test.
func Within(t *testing.T, mib int, f func(t *testing.T)) {
	t.Helper()
	if testing.Short() {
		t.Skip("SKIP: the race detector takes memory of its own")
	}
	if os.Getenv(variable) == t.Name() {
		bound(t, int64(mib)<<20)
		f(t)
		return
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	var exact []string
	for part := range strings.SplitSeq(t.Name(), "/") {
		exact = append(exact, "^"+regexp.QuoteMeta(part)+"$")
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	child := exec.CommandContext(ctx, self, "-test.run="+strings.Join(exact, "/"), "-test.v", "-test.count=1")
	child.Env = append(os.Environ(), variable+"="+t.Name())
	out, err := child.CombinedOutput()
	if err != nil {
		t.Fatalf("with %d MiB: %v\n%.2000s", mib, err, out)
	}
	if !strings.Contains(string(out), "--- PASS: "+t.Name()) {
		t.Fatalf("the child has not run:\n%.2000s", out)
	}
}

func bound(t *testing.T, bytes int64) {
	t.Helper()
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(status), "VmData:")
	var kib int64
	if _, err := fmt.Sscan(rest, &kib); err != nil {
		t.Fatalf("VmData of /proc/self/status: %v", err)
	}
	debug.SetMemoryLimit(bytes)
	var before syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_DATA, &before); err != nil {
		t.Fatal(err)
	}
	limit := syscall.Rlimit{Cur: uint64(kib<<10 + bytes + stacks), Max: before.Max}
	if err := syscall.Setrlimit(syscall.RLIMIT_DATA, &limit); err != nil {
		t.Fatal(err)
	}
	// What ends the process starts threads of its own.
	t.Cleanup(func() { _ = syscall.Setrlimit(syscall.RLIMIT_DATA, &before) })
}

// stacks is room for the stacks of the threads that the runtime starts while a
// test runs, 8 MiB each where the C library makes them.
const stacks = 128 << 20
