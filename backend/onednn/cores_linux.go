package onednn

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"golang.org/x/sys/unix"
)

// usableCores is the number of processor cores that this process may use: those of its affinity mask, or as many as a
// control group's quota of time is worth, where that is less.
func usableCores() int {
	return max(1, min(cores("/", affinity()), cpuQuota("/")))
}

// affinity are the logical processors that the calling thread may run on.
func affinity() []int {
	var list []int
	var set unix.CPUSet
	if err := unix.SchedGetaffinity(0, &set); err != nil { // more processors than the set has room for
		for n := range runtime.NumCPU() {
			list = append(list, n)
		}
		return list
	}
	for n := range len(set) * 64 {
		if set.IsSet(n) {
			list = append(list, n)
		}
	}
	return list
}

// cores is how many cores the logical processors with those numbers belong to, by what the system below root (/) says:
// hardware threads of one core count once. A processor that it says nothing about counts as a core.
func cores(root string, processors []int) int {
	different := make(map[string]bool)
	for _, n := range processors {
		core := fmt.Sprint("processor ", n)
		topology := filepath.Join(root, "sys/devices/system/cpu", fmt.Sprint("cpu", n), "topology")
		for _, name := range []string{"core_cpus_list", "thread_siblings_list"} { // the latter before Linux 5.3
			if text, err := os.ReadFile(filepath.Join(topology, name)); err == nil {
				core = strings.TrimSpace(string(text))
				break
			}
		}
		different[core] = true
	}
	return len(different)
}
