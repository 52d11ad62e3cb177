package dnnl

const engineKindCPU = 1

// Engine is the CPU as a place where memory lives and primitives run. Descriptors and operations are made by it.
type Engine struct {
	lib    *Library
	handle uintptr
}

// NewEngine returns the CPU.
func (l *Library) NewEngine() (*Engine, error) {
	out := newCell()
	if err := l.check(int32(call(l.fn.engineCreate, out.addr(), engineKindCPU, 0)), "creating a CPU engine"); err != nil {
		return nil, err
	}
	l.live.engines.Add(1)
	return &Engine{l, out.v}, nil
}

// Library is the library that the engine belongs to.
func (e *Engine) Library() *Library { return e.lib }

// Destroy frees the engine. What was made by it must have been destroyed before.
func (e *Engine) Destroy() {
	if e == nil || e.handle == 0 {
		return
	}
	call(e.lib.fn.engineDestroy, e.handle)
	e.handle = 0
	e.lib.live.engines.Add(-1)
}
