package dnnl

import (
	"bufio"
	"fmt"
	"os"
	"strconv"
	"strings"
)

// Info says which library was opened and what it will run on.
type Info struct {
	Name    string // as it was opened
	Path    string // the file, empty if unknown
	Version Version
	Hash    string  // commit it was built from, may be empty
	ISA     string  // the CPU instruction set it uses, e.g. "avx512_core_bf16"
	Runtime Runtime // how it uses threads
}

func (i Info) String() string {
	return fmt.Sprintf("oneDNN %v (%s), %v, %v", i.Version, i.Path, i.ISA, i.Runtime)
}

// Runtime is the library's threading, a bit mask of DNNL_RUNTIME_*.
type Runtime uint32

// The threading runtimes.
const (
	RuntimeSequential Runtime = 1
	RuntimeOpenMP     Runtime = 2
	RuntimeTBB        Runtime = 4
)

func (r Runtime) String() string {
	switch r {
	case RuntimeSequential:
		return "sequential"
	case RuntimeOpenMP:
		return "OpenMP"
	case RuntimeTBB:
		return "TBB"
	}
	return fmt.Sprintf("runtime %#x", uint32(r))
}

// check refuses the runtimes that need more from the caller (a thread pool, SYCL queues) or have no CPU at all.
func (r Runtime) check() error {
	switch r {
	case RuntimeSequential, RuntimeOpenMP, RuntimeTBB:
		return nil
	}
	return fmt.Errorf("it was built for CPU %v, wanted OpenMP, TBB or sequential", r)
}

// isaName is the name of a dnnl_cpu_isa_t, whose codes differ between the major versions.
func isaName(major int, code uint32) string {
	common := map[uint32]string{
		0: "default", 0x1: "sse41", 0x3: "avx", 0x7: "avx2", 0x27: "avx512_core",
		0x67: "avx512_core_vnni", 0xe7: "avx512_core_bf16",
	}
	two := map[uint32]string{0xf: "avx512_mic", 0x1f: "avx512_mic_4ops", 0x407: "avx2_vnni", 0x3e7: "avx512_core_amx"}
	three := map[uint32]string{
		0xf: "avx2_vnni", 0x1f: "avx2_vnni_2", 0x1ef: "avx512_core_fp16", 0xfef: "avx512_core_amx",
		0x1fef: "avx512_core_amx_fp16",
	}
	if name, ok := common[code]; ok {
		return name
	}
	own := two
	if major == 3 {
		own = three
	}
	if name, ok := own[code]; ok {
		return name
	}
	return fmt.Sprintf("isa %#x", code)
}

// mappedFile is the file that an address of code was loaded from, empty if the system does not say.
func mappedFile(address uintptr) string {
	f, err := os.Open("/proc/self/maps")
	if err != nil {
		return ""
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		fields := strings.Fields(lines.Text())
		if len(fields) < 6 {
			continue
		}
		low, high, _ := strings.Cut(fields[0], "-")
		from, err1 := strconv.ParseUint(low, 16, 64)
		to, err2 := strconv.ParseUint(high, 16, 64)
		if err1 == nil && err2 == nil && uint64(address) >= from && uint64(address) < to {
			return strings.Join(fields[5:], " ")
		}
	}
	return ""
}
