//go:build amd64 && goexperiment.simd

package headroom

import (
	"bytes"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"unsafe"
)

// headroom is what Reserve did to the heap, in bytes.
type headroom struct {
	IdleGrew, InuseGrew int64
	Safe                int64 // allocated before a buffer ended where the mapped memory ends; Linux
}

const (
	page = 8 << 10
	// mapStep divides the address at which the heap's mapping ends.
	mapStep = 4 << 20
)

// measure reserves and then allocates pages, on every processor, until one is
// the last that is mapped.
func measure() headroom {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	Reserve()
	Reserve()
	runtime.ReadMemStats(&after)
	h := headroom{IdleGrew: int64(after.HeapIdle) - int64(before.HeapIdle), InuseGrew: int64(after.HeapInuse) - int64(before.HeapInuse)}
	if runtime.GOOS != "linux" {
		return h
	}
	debug.SetGCPercent(-1)
	var safe atomic.Int64
	var done atomic.Bool
	var all sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		all.Go(func() {
			var kept [][]byte
			for !done.Load() && safe.Load() < 2*size {
				buffer := make([]byte, page)
				kept = append(kept, buffer)
				if end := uintptr(unsafe.Pointer(&buffer[0])) + page; end%mapStep == 0 && endsMapping(end) {
					done.Store(true)
					break
				}
				safe.Add(page)
			}
			runtime.KeepAlive(kept)
		})
	}
	all.Wait()
	h.Safe = safe.Load()
	return h
}

// endsMapping reports whether nothing that can be read lies at the address.
func endsMapping(address uintptr) bool {
	maps, err := os.ReadFile("/proc/self/maps")
	if err != nil {
		panic(err)
	}
	for line := range bytes.Lines(maps) {
		var from, to uintptr
		var mode string
		if _, err := fmt.Sscanf(string(line), "%x-%x %s", &from, &to, &mode); err != nil {
			panic(err)
		}
		if from <= address && address < to {
			return mode[0] != 'r'
		}
	}
	return true
}
