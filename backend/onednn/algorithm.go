package onednn

import (
	"sync"
	"time"
	"unsafe"

	"github.com/vicinal-ml/vicinal/backend/onednn/internal/dnnl"
)

// algorithmCache remembers which of two algorithms was faster for a shape.
type algorithmCache struct {
	mu     sync.Mutex
	second map[string]bool
}

// winogradChannels is from how many channels on, both in and out, the fixed table prefers Winograd's algorithm: below
// it the transforms cost more than they save.
const winogradChannels = 32

// faster returns the faster of a direct convolution and one by Winograd's algorithm, by timing each shape once, or
// with the option deterministic by a fixed table.
func (c *algorithmCache) faster(b *Backend, key string, direct, winograd *dnnl.PrimitiveDesc) (*dnnl.PrimitiveDesc, error) {
	if b.options.deterministic {
		for _, a := range []dnnl.Arg{dnnl.ArgSrc, dnnl.ArgDiffSrc, dnnl.ArgDst, dnnl.ArgDiffDst} {
			if d := winograd.Desc(a); d != nil && d.Dims()[1] < winogradChannels {
				return direct, nil
			}
		}
		return winograd, nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	second, ok := c.second[key]
	if !ok {
		var times [2]time.Duration
		err := b.executor.run(func() error {
			for i, pd := range []*dnnl.PrimitiveDesc{direct, winograd} {
				var err error
				if times[i], err = timePrimitive(b, pd); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
		second = times[1] < times[0]
		if c.second == nil {
			c.second = make(map[string]bool)
		}
		c.second[key] = second
	}
	if second {
		return winograd, nil
	}
	return direct, nil
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
	for _, a := range []dnnl.Arg{dnnl.ArgSrc, dnnl.ArgWeights, dnnl.ArgDst, dnnl.ArgDiffSrc, dnnl.ArgDiffWeights, dnnl.ArgDiffDst, dnnl.ArgScratchpad} {
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
