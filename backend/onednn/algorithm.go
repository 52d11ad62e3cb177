package onednn

import (
	"fmt"
	"sync"
	"time"
	"unsafe"

	"github.com/vicinal-ml/vicinal/backend/onednn/internal/dnnl"
)

// algorithms are those of the process: backends that use the same library with as many threads share what was measured,
// so that a shape is timed once, and computed in one way, by all executables.
var algorithms algorithmCache

// algorithmCache remembers which way to compute a convolution was the fastest.
type algorithmCache struct {
	mu        sync.Mutex
	fastestOf map[string]int
}

// fastest returns the index of the fastest of several ways, by timing each shape once, or with the option deterministic
// by a fixed table. It is called on the executor's thread.
func (c *algorithmCache) fastest(b *Backend, conv *convolution, ways []way) (int, error) {
	if len(ways) == 1 {
		return 0, nil
	}
	if last := len(ways) - 1; b.options.winograd && ways[last].own {
		return last, nil
	}
	if b.options.deterministic {
		return conv.fixedChoice(ways), nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	info := b.lib.Info()
	var candidates []candidate
	for _, w := range ways {
		candidates = append(candidates, w.candidate)
	}
	key := fmt.Sprint(info.Path, info.Version, info.ISA, b.threads, candidates, conv.key())
	if best, ok := c.fastestOf[key]; ok {
		return best, nil
	}
	best := 0
	var least time.Duration
	for i, w := range ways {
		d, err := w.time(b)
		if err != nil {
			return 0, err
		}
		if i == 0 || d < least {
			best, least = i, d
		}
	}
	if c.fastestOf == nil {
		c.fastestOf = make(map[string]int)
	}
	c.fastestOf[key] = best
	return best, nil
}

// time returns the shortest time of several runs, on the executor's thread.
func (w way) time(b *Backend) (time.Duration, error) {
	if w.tile != nil {
		return timeWinograd(b, w.tile, w.pd)
	}
	return timePrimitive(b, w.pd)
}

// timingRuns is how often a primitive is timed, after one run that is not.
const timingRuns = 3

// timePrimitive returns the shortest time of several runs, on the executor's thread.
func timePrimitive(b *Backend, pd *dnnl.PrimitiveDesc) (time.Duration, error) {
	prim, err := pd.NewPrimitive()
	if err != nil {
		return 0, err
	}
	defer prim.Destroy()
	memories := make(dnnl.Args)
	for _, a := range []dnnl.Arg{dnnl.ArgSrc, dnnl.ArgWeights, dnnl.ArgBias, dnnl.ArgDst, dnnl.ArgDiffSrc, dnnl.ArgDiffWeights, dnnl.ArgDiffDst, dnnl.ArgScratchpad} {
		desc := pd.Desc(a)
		if desc == nil {
			continue
		}
		blk, err := b.blocks.get(desc.Size())
		if err != nil {
			return 0, err
		}
		defer b.blocks.put(blk)
		// Memory that was never written would be the system's one page of zeros, and too fast.
		fill(unsafe.Slice((*byte)(blk.ptr), desc.Size()))
		m, err := b.engine.NewMemory(desc, blk.ptr)
		if err != nil {
			return 0, err
		}
		defer m.Destroy()
		memories[a] = m
	}
	exec, err := prim.Bind(memories)
	if err != nil {
		return 0, err
	}
	defer exec.Destroy()
	return timeRuns(func() error { return exec.Run(b.stream) })
}

// timeWinograd is timePrimitive for w, whose tensors are those of pd.
func timeWinograd(b *Backend, w *winogradConv, pd *dnnl.PrimitiveDesc) (time.Duration, error) {
	var ptrs [5]unsafe.Pointer
	order := []int{pd.Desc(dnnl.ArgDst).Size(), pd.Desc(dnnl.ArgSrc).Size(), pd.Desc(dnnl.ArgWeights).Size(), 4 * pd.Desc(dnnl.ArgDst).Dims()[1], w.scratch}
	switch w.kind {
	case convBackwardData:
		order[0], order[1] = order[1], order[0]
	case convBackwardWeights:
		order[0], order[2] = order[2], order[0]
	}
	for i, size := range order {
		blk, err := b.blocks.get(size)
		if err != nil {
			return 0, err
		}
		defer b.blocks.put(blk)
		fill(unsafe.Slice((*byte)(blk.ptr), size))
		ptrs[i] = blk.ptr
	}
	defer b.lib.SetThreads(b.threads)
	return timeRuns(func() error { return w.run(ptrs[0], ptrs[1], ptrs[2], ptrs[3], ptrs[4]) })
}

// timeRuns returns the shortest time of timingRuns runs after a first one.
func timeRuns(run func() error) (time.Duration, error) {
	best := time.Duration(0)
	for i := range 1 + timingRuns {
		start := time.Now()
		if err := run(); err != nil {
			return 0, err
		}
		if d := time.Since(start); i == 1 || i > 1 && d < best {
			best = d
		}
	}
	return best, nil
}

// fill writes small floats: half as f32, and as bf16 the same and zeros.
func fill(mem []byte) {
	clear(mem)
	for i := 3; i < len(mem); i += 4 {
		mem[i] = 0x3f
	}
}
