package onednn

import (
	"github.com/gomlx/compute"
	"github.com/gomlx/compute/shapes"
	"github.com/pkg/errors"
)

// goExecutable is a graph that runs on the Go backend as it was recorded there: one with dynamic axes, or any with
// the option fallback.
type goExecutable struct {
	backend *Backend
	name    string
	inner   compute.Executable
}

func compileOnGo(b *Builder) (compute.Executable, error) {
	inner, err := b.shadow.Compile()
	if err != nil {
		return nil, err
	}
	return &goExecutable{b.backend, b.name, inner}, nil
}

// Finalize implements compute.Executable.
func (e *goExecutable) Finalize() { e.inner.Finalize() }

// Inputs implements compute.Executable.
func (e *goExecutable) Inputs() (names []string, inputShapes []shapes.Shape) { return e.inner.Inputs() }

// Outputs implements compute.Executable.
func (e *goExecutable) Outputs() (outputShapes []shapes.Shape) { return e.inner.Outputs() }

// Execute implements compute.Executable.
func (e *goExecutable) Execute(inputs []compute.Buffer, donate []bool, defaultDevice compute.DeviceNum) ([]compute.Buffer, error) {
	if e.backend.IsFinalized() {
		return nil, errors.WithStack(errFinalized)
	}
	if len(donate) != 0 && len(donate) != len(inputs) {
		return nil, errors.Errorf("executing %q: %d donate flags for %d inputs", e.name, len(donate), len(inputs))
	}
	in := make([]compute.Buffer, len(inputs))
	for i, arg := range inputs {
		buf, ok := arg.(*Buffer)
		if !ok || buf == nil || buf.backend != e.backend {
			return nil, errors.Errorf("executing %q: input #%d is not a buffer of this backend", e.name, i)
		}
		blk, err := buf.memory()
		if err != nil {
			return nil, errors.WithMessagef(err, "executing %q: input #%d", e.name, i)
		}
		if in[i], err = e.backend.inner.get(blk.ptr, buf.shape); err != nil {
			return nil, err
		}
	}
	var outs []compute.Buffer
	err := protect(func() (err error) {
		outs, err = e.inner.Execute(in, nil, defaultDevice)
		return err
	})
	for i, arg := range inputs {
		if len(donate) != 0 && donate[i] {
			if blk, err := arg.(*Buffer).donate(); err == nil { // one given twice is gone the second time
				defer e.backend.blocks.put(blk)
			}
		}
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
