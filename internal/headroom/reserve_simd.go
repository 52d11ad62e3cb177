//go:build amd64 && goexperiment.simd

package headroom

import (
	"runtime"
	"sync"
	"unsafe"
)

// size is the largest heap, garbage included, that Reserve makes safe.
const size = 512 << 20

var (
	once sync.Once // the heap belongs to the process
	last [][]byte  // pages behind the block, never given back
)

// Reserve makes the heap map 512 MiB, which it never touches, so that buffers
// do not end where the mapped memory ends while the heap is smaller than that.
// It takes address space but no memory. Only the first call does anything.
func Reserve() {
	once.Do(func() {
		// Processors keep pages of their own: only one may, meanwhile.
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
		end := mapped()
		// The pages stay mapped, and are taken from the lowest address on.
		runtime.GC()
		// But those kept may lie behind the block, taken while nothing before it
		// was free, and would be handed out first.
		for range 1 << 10 {
			page := make([]byte, 8<<10)
			if uintptr(unsafe.Pointer(&page[0])) < end {
				break
			}
			last = append(last, page)
		}
	})
}

// mapped makes the block, drops it, and returns where it ended.
//
//go:noinline
func mapped() uintptr {
	block := make([]byte, size)
	end := uintptr(unsafe.Pointer(&block[0])) + size
	runtime.KeepAlive(block)
	return end
}
