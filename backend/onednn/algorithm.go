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
func (c *algorithmCache) fastest(b *Backend, conv *convolution, ways []candidate, pds []*dnnl.PrimitiveDesc) (int, error) {
	if len(ways) == 1 {
		return 0, nil
	}
	if b.options.deterministic {
		return conv.fixedChoice(ways), nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	info := b.lib.Info()
	key := fmt.Sprint(info.Path, info.Version, info.ISA, b.threads, ways, conv.key())
	if best, ok := c.fastestOf[key]; ok {
		return best, nil
	}
	best := 0
	var least time.Duration
	for i, pd := range pds {
		d, err := timePrimitive(b, pd)
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
	best := time.Duration(0)
	for i := range 1 + timingRuns {
		start := time.Now()
		if err := exec.Run(b.stream); err != nil {
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
