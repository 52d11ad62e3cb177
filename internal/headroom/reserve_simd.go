//go:build amd64 && goexperiment.simd

package headroom

import (
	"runtime"
	"sync"
)

// size is the largest heap, garbage included, that Reserve makes safe.
const size = 512 << 20

var once sync.Once // the heap belongs to the process

// Reserve makes the heap map 512 MiB, which it never touches, so that buffers
// do not end where the mapped memory ends while the heap is smaller than that.
// It takes address space but no memory. Only the first call does anything.
func Reserve() {
	once.Do(func() {
		block := make([]byte, size)
		runtime.KeepAlive(block)
		// The pages stay mapped, and are taken from the lowest address on.
		runtime.GC()
	})
}
