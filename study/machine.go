package study

import (
	"bufio"
	"os"
	"runtime"
	"strconv"
	"strings"
)

// Machine is what runs were computed on.
type Machine struct {
	CPU    string  `json:"cpu"`   // model, as the system names it
	Cores  int     `json:"cores"` // that the program may use
	Memory float64 `json:"memory_gib,omitempty"`
	System string  `json:"system"` // operating system and architecture
}

// ThisMachine describes the machine the program runs on. What the system does
// not tell stays empty.
func ThisMachine() Machine {
	m := Machine{CPU: "unknown processor", Cores: runtime.NumCPU(), System: runtime.GOOS + "/" + runtime.GOARCH}
	if model := procField("/proc/cpuinfo", "model name"); model != "" {
		m.CPU = strings.Join(strings.Fields(model), " ")
	}
	if total, _, _ := strings.Cut(procField("/proc/meminfo", "MemTotal"), " "); total != "" {
		if kib, err := strconv.ParseFloat(total, 64); err == nil {
			m.Memory = float64(int(kib/(1<<20)*10+0.5)) / 10
		}
	}
	return m
}

// procField returns the first value of a "name : value" file, or "".
func procField(path, name string) string {
	file, err := os.Open(path)
	if err != nil {
		return ""
	}
	defer file.Close()
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		key, value, ok := strings.Cut(lines.Text(), ":")
		if ok && strings.TrimSpace(key) == name {
			return strings.TrimSpace(value)
		}
	}
	return ""
}
