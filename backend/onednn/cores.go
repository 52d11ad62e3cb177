package onednn

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// physicalCores is the number of processor cores that this process may use, counting threads of one core once.
func physicalCores() int {
	usable := runtime.NumCPU()
	files, _ := filepath.Glob("/sys/devices/system/cpu/cpu[0-9]*/topology/thread_siblings_list")
	cores := make(map[string]bool)
	for _, f := range files {
		if text, err := os.ReadFile(f); err == nil {
			cores[strings.TrimSpace(string(text))] = true
		}
	}
	if len(cores) == 0 {
		return usable
	}
	return max(1, min(usable, len(cores)))
}
