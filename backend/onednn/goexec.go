package onednn

import (
	"sync"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/shapes"
	"github.com/pkg/errors"
)

// goExecutable is a graph that runs on the Go backend as it was recorded there: one with dynamic axes, or any with
// the option fallback. It may be executed from several goroutines.
type goExecutable struct {
	backend *Backend
	name    string
	names   []string
	inputs  []shapes.Shape
	outputs []shapes.Shape

	mu    sync.RWMutex // held for writing while finalizing
	inner compute.Executable
}

func compileOnGo(b *Builder) (compute.Executable, error) {
	inner, err := b.shadow.Compile()
	if err != nil {
		return nil, err
	}
	e := &goExecutable{backend: b.backend, name: b.name, inner: inner, outputs: inner.Outputs()}
	e.names, e.inputs = inner.Inputs()
	b.backend.track(e)
	return e, nil
}

// Finalize implements compute.Executable. It waits for running executions.
func (e *goExecutable) Finalize() {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.inner == nil {
		return
	}
	e.inner.Finalize()
	e.inner = nil
	e.backend.untrack(e)
}

// Inputs implements compute.Executable.
func (e *goExecutable) Inputs() (names []string, inputShapes []shapes.Shape) {
	return e.names, e.inputs
}

// Outputs implements compute.Executable.
func (e *goExecutable) Outputs() (outputShapes []shapes.Shape) { return e.outputs }

// Execute implements compute.Executable.
func (e *goExecutable) Execute(inputs []compute.Buffer, donate []bool, defaultDevice compute.DeviceNum) ([]compute.Buffer, error) {
	e.mu.RLock()
	defer e.mu.RUnlock()
	switch {
	case e.backend.IsFinalized():
		return nil, errors.WithStack(errFinalized)
	case e.inner == nil:
		return nil, errors.Errorf("executing %q: it is finalized", e.name)
	case len(donate) != 0 && len(donate) != len(inputs):
		return nil, errors.Errorf("executing %q: %d donate flags for %d inputs", e.name, len(donate), len(inputs))
	}
	in := make([]compute.Buffer, len(inputs))
	used := make([]use, len(inputs))
	defer release(used)
	for i, arg := range inputs {
		buf, ok := arg.(*Buffer)
		if !ok || buf == nil || buf.backend != e.backend {
			return nil, errors.Errorf("executing %q: input #%d is not a buffer of this backend", e.name, i)
		}
		var err error
		if used[i], err = buf.use(nil); err != nil {
			return nil, errors.WithMessagef(err, "executing %q: input #%d", e.name, i)
		}
		if in[i], err = e.backend.inner.get(used[i].block.ptr, buf.shape); err != nil {
			return nil, err
		}
	}
	var outs []compute.Buffer
	err := protect(func() (err error) {
		outs, err = e.inner.Execute(in, nil, defaultDevice)
		return err
	})
	for _, b := range takeDonated(inputs, donate) {
		e.backend.blocks.put(b)
	}
	if err != nil {
		return nil, err
	}
	results := make([]compute.Buffer, len(outs))
	for i, out := range outs {
		shape, err := out.Shape()
		if err != nil {
			return nil, err
		}
		flat, err := out.Data()
		if err != nil {
			return nil, err
		}
		ptr, size := flatPointer(flat)
		results[i] = e.backend.wrap(shape, &block{ptr: ptr, size: size, keep: out}, nil)
	}
	return results, nil
}
