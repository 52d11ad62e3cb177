package onednn

import (
	"runtime"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// TestAffinity starts a process on one processor of those that this one has: it takes one thread, and says so.
func TestAffinity(t *testing.T) {
	newTestBackend(t, "") // skips the test where there is no library
	processors := affinity()
	if len(processors) < 2 {
		t.Skipf("SKIP: one processor is there, %v", processors)
	}
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	var before, one unix.CPUSet
	if err := unix.SchedGetaffinity(0, &before); err != nil {
		t.Fatal(err)
	}
	one.Set(processors[len(processors)-1])
	if err := unix.SchedSetaffinity(0, &one); err != nil { // of this thread, which the process is started by
		t.Fatal(err)
	}
	defer func() {
		if err := unix.SchedSetaffinity(0, &before); err != nil {
			t.Fatal(err)
		}
	}()
	if n := usableCores(); n != 1 {
		t.Errorf("%d cores on one processor", n)
	}
	if said := inEnvironment(t, "deterministic"); !strings.Contains(said["record"], "threads=1,") {
		t.Errorf("on one processor: %v", said)
	}
}
