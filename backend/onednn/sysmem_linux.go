package onednn

import (
	"math"
	"sync"
	"syscall"
)

// systemMemory is the machine's memory in bytes.
var systemMemory = sync.OnceValue(func() int {
	var info syscall.Sysinfo_t
	if err := syscall.Sysinfo(&info); err != nil || info.Totalram == 0 {
		return math.MaxInt
	}
	return int(uint64(info.Totalram) * uint64(info.Unit))
})
