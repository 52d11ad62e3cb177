package cli

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/sys/cpu"
)

// checkProcessor names the processor and those of its vector extensions that training can use.
func checkProcessor() Check {
	c := Check{Name: "processor", Status: StatusOK}
	features := vectorExtensions()
	c.Found = fmt.Sprintf("%s; %s", processorName(), strings.Join(features, ", "))
	if len(features) == 0 {
		c.Status = StatusMissing
		c.Found = processorName() + "; no vector extension that training could use"
	}
	return c
}

func vectorExtensions() []string {
	var names []string
	for _, e := range []struct {
		has  bool
		name string
	}{
		{cpu.X86.HasAVX2, "AVX2"}, {cpu.X86.HasFMA, "FMA"},
		{cpu.X86.HasAVX512F && cpu.X86.HasAVX512BW && cpu.X86.HasAVX512VL, "AVX-512"},
		{cpu.X86.HasAVX512BF16, "AVX512_BF16"}, {cpu.X86.HasAMXBF16, "AMX_BF16"},
		{cpu.ARM64.HasASIMD, "NEON"}, {cpu.ARM64.HasSVE, "SVE"}, {cpu.ARM64.HasSVE2, "SVE2"},
	} {
		if e.has {
			names = append(names, e.name)
		}
	}
	return names
}

func processorName() string {
	if name := field("/proc/cpuinfo", "model name"); name != "" {
		return name
	}
	return runtime.GOARCH
}

// checkCores compares the cores of the machine with those this process may use.
func checkCores() Check {
	c := Check{Name: "cores", Status: StatusOK, Found: fmt.Sprintf("%d in use of %d", runtime.GOMAXPROCS(0), runtime.NumCPU())}
	if runtime.GOMAXPROCS(0) < runtime.NumCPU() {
		c.Fix = "GOMAXPROCS or the container's limit keeps the others idle"
	}
	return c
}

// checkMemory reads the machine's memory, and the container's limit where it is lower.
func checkMemory() Check {
	c := Check{Name: "memory", Status: StatusOK}
	total, available := kibibytes("MemTotal"), kibibytes("MemAvailable")
	if total == 0 {
		c.Status, c.Found = StatusMissing, "unknown: /proc/meminfo cannot be read"
		return c
	}
	c.Found = fmt.Sprintf("%.1f GiB, %.1f available", total/(1<<20), available/(1<<20))
	if limit, err := os.ReadFile("/sys/fs/cgroup/memory.max"); err == nil {
		if bytes, err := strconv.ParseFloat(strings.TrimSpace(string(limit)), 64); err == nil && bytes < total*1024 {
			c.Found += fmt.Sprintf(", limited to %.1f", bytes/(1<<30))
		}
	}
	return c
}

// kibibytes is a field of /proc/meminfo, 0 where there is none.
func kibibytes(name string) float64 {
	n, err := strconv.ParseFloat(strings.TrimSuffix(field("/proc/meminfo", name), " kB"), 64)
	if err != nil {
		return 0
	}
	return n
}

// field is the first value of "name: value" in a file of /proc, "" where there is none.
func field(path, name string) string {
	file, err := os.Open(path)
	if err != nil {
		return ""
	}
	defer file.Close()
	for lines := bufio.NewScanner(file); lines.Scan(); {
		if key, value, ok := strings.Cut(lines.Text(), ":"); ok && strings.TrimSpace(key) == name {
			return strings.TrimSpace(value)
		}
	}
	return ""
}

// checkBuild says whether this build has the vector matrix products of GoMLX's Go backend.
func checkBuild() Check {
	v := BuildVersion()
	c := Check{Name: "build", Status: StatusOK, Found: fmt.Sprintf("vicinal %s, %s, GoMLX %s", v.Version, v.Go, v.GoMLX)}
	switch {
	case slices.Contains(strings.Split(v.Experiment, ","), "simd"):
		c.Found += ", GOEXPERIMENT=simd"
	case runtime.GOARCH == "amd64":
		c.Status = StatusMissing
		c.Found += ", without GOEXPERIMENT=simd: matrix products of the Go backend are slow"
		c.Fix = `build with "make", or with GOEXPERIMENT=simd in the environment`
	}
	return c
}

// checkToolchain looks for the go command; the program runs without it.
func checkToolchain() Check {
	c := Check{Name: "go command", Status: StatusOK}
	out, err := exec.Command("go", "env", "GOVERSION", "GOTOOLCHAIN", "GOEXPERIMENT").Output()
	if err != nil {
		c.Status = StatusMissing
		c.Found = "not found; only building the program needs it"
		c.Fix = "install Go 1.26 or newer"
		return c
	}
	values := strings.Split(string(out), "\n")
	c.Found = fmt.Sprintf("%s, GOTOOLCHAIN=%s", values[0], values[1])
	if values[2] != "" {
		c.Found += ", GOEXPERIMENT=" + values[2]
	}
	return c
}
