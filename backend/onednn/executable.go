package onednn

import (
	"os"
	"runtime"
	"sync"
	"unsafe"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/shapes"
	"github.com/pkg/errors"
)

// Executable is a compiled computation. It may be executed from several goroutines.
type Executable struct {
	backend *Backend
	name    string
	names   []string
	inputs  []shapes.Shape
	outputs []shapes.Shape

	mu   sync.RWMutex // held for writing while finalizing
	plan *plan        // nil once finalized
}

var _ compute.Executable = (*Executable)(nil)

func newExecutable(b *Builder, pl *plan) *Executable {
	pl.profile = newProfile(b.backend, b.name, pl)
	e := &Executable{backend: b.backend, name: b.name, plan: pl}
	for _, v := range b.main.params {
		e.names = append(e.names, v.node.attrs.(*parameterAttrs).name)
		e.inputs = append(e.inputs, v.shape)
	}
	for _, v := range b.main.outputs {
		e.outputs = append(e.outputs, v.shape)
	}
	b.backend.track(e)
	return e
}

// Finalize implements compute.Executable. It waits for running executions.
func (e *Executable) Finalize() {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.plan == nil {
		return
	}
	if p := e.plan.profile; p != nil {
		p.report(os.Stderr, e.plan.steps)
	}
	e.plan.close()
	e.plan = nil
	e.backend.untrack(e)
}

// Inputs implements compute.Executable.
func (e *Executable) Inputs() (names []string, inputShapes []shapes.Shape) { return e.names, e.inputs }

// Outputs implements compute.Executable.
func (e *Executable) Outputs() (outputShapes []shapes.Shape) { return e.outputs }

// checkInputs returns the memory of the inputs, each row-major or as the plan wants it. The caller must release them.
func (e *Executable) checkInputs(inputs []compute.Buffer, donate []bool) (used []use, err error) {
	if len(inputs) != len(e.inputs) {
		return nil, errors.Errorf("executing %q: %d inputs given, it takes %d", e.name, len(inputs), len(e.inputs))
	}
	if len(donate) != 0 && len(donate) != len(inputs) {
		return nil, errors.Errorf("executing %q: %d donate flags for %d inputs", e.name, len(donate), len(inputs))
	}
	used = make([]use, len(inputs))
	defer func() {
		if err != nil {
			release(used)
		}
	}()
	for i, in := range inputs {
		buf, ok := in.(*Buffer)
		if !ok || buf == nil {
			return nil, errors.Errorf("executing %q: input #%d (%s) is a %T, not a buffer of backend %q", e.name, i, e.names[i], in, BackendName)
		}
		if buf.backend != e.backend {
			return nil, errors.Errorf("executing %q: input #%d (%s) belongs to another backend", e.name, i, e.names[i])
		}
		if !buf.shape.Equal(e.inputs[i]) {
			return nil, errors.Errorf("executing %q: input #%d (%s) must be of shape %s, got %s", e.name, i, e.names[i], e.inputs[i], buf.shape)
		}
		var want *order
		if t := e.plan.imports[i]; t != nil {
			want = t.order
		}
		if used[i], err = buf.use(want); err != nil {
			return nil, errors.WithMessagef(err, "executing %q: input #%d (%s)", e.name, i, e.names[i])
		}
	}
	return used, nil
}

// Execute implements compute.Executable.
func (e *Executable) Execute(inputs []compute.Buffer, donate []bool, defaultDevice compute.DeviceNum) ([]compute.Buffer, error) {
	e.mu.RLock()
	defer e.mu.RUnlock()
	switch {
	case e.backend.IsFinalized():
		return nil, errors.WithStack(errFinalized)
	case e.plan == nil:
		return nil, errors.Errorf("executing %q: it is finalized", e.name)
	case defaultDevice != 0:
		return nil, errors.Errorf("executing %q: backend %q has one device, not a device %d", e.name, BackendName, defaultDevice)
	}
	used, err := e.checkInputs(inputs, donate)
	if err != nil {
		return nil, err
	}
	defer release(used)
	donated := takeDonated(inputs, donate)
	x := e.plan.newExecution(used)
	defer x.free()
	outs := make([]*block, len(e.plan.outputs))
	for _, t := range e.plan.tensors {
		switch t.place {
		case ofParam:
			x.ptrs[t.id] = used[t.index].block.ptr
		case ofConst:
			x.ptrs[t.id] = t.ptr
		case ofOutput:
			if d := t.donor; d >= 0 && donated[d] != nil && donated[d] == used[d].block {
				outs[t.index], donated[d] = donated[d], nil
			} else if outs[t.index], err = e.backend.blocks.get(t.size); err != nil {
				err = errors.WithMessagef(err, "executing %q: output of shape %s", e.name, t.shape)
			}
			if err == nil {
				x.ptrs[t.id] = outs[t.index].ptr
			}
		}
		if err != nil {
			break
		}
	}
	if err == nil {
		switch {
		case e.plan.wide:
			err = e.backend.executor.run(x.onExecutor)
		case e.plan.native:
			err = protect(x.narrow)
		default:
			err = protect(x.withoutPrimitives)
		}
	}
	for _, t := range e.plan.imports {
		x.drop(t)
	}
	for _, b := range donated {
		e.backend.blocks.put(b)
	}
	if err != nil {
		for _, b := range outs {
			e.backend.blocks.put(b)
		}
		return nil, errors.WithMessagef(err, "executing %q", e.name)
	}
	results := make([]compute.Buffer, len(outs))
	for i, t := range e.plan.outputs {
		if t.root.place == ofRegion {
			outs[i] = &block{ptr: x.ptrs[t.root.id], size: t.size, keep: x.keep[t.root.id]}
		}
		results[i] = e.backend.wrap(e.outputs[i], outs[i], e.plan.orders[i])
	}
	runtime.KeepAlive(inputs)
	return results, nil
}

// takeDonated returns the memory of the inputs that were donated and that nothing else reads, which is the execution's
// from now on. A donated buffer is gone whatever happens.
func takeDonated(inputs []compute.Buffer, donate []bool) []*block {
	donated := make([]*block, len(inputs))
	for i, in := range inputs {
		if len(donate) != 0 && donate[i] {
			donated[i], _ = in.(*Buffer).take(true) // of one given twice the second fails
		}
	}
	return donated
}

// onExecutor runs a plan on the executor's thread, in the backend's arena.
func (x *execution) onExecutor() error {
	base, err := x.plan.backend.arena.ensure(x.plan.arena)
	if err != nil {
		return err
	}
	return x.run(base)
}

// narrow runs a plan whose primitives are for one thread, on this one.
func (x *execution) narrow() error {
	pl := x.plan
	pl.mu.Lock()
	defer pl.mu.Unlock()
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	if pl.own == nil {
		var err error
		if pl.own, err = pl.backend.blocks.get(pl.arena); err != nil {
			return err
		}
	}
	return x.run(pl.own.ptr)
}

// withoutPrimitives runs a plan of kernels and regions, which any number of callers may do at a time.
func (x *execution) withoutPrimitives() error {
	var own *block
	if x.plan.arena > 0 {
		var err error
		if own, err = x.plan.backend.blocks.get(x.plan.arena); err != nil {
			return err
		}
		defer x.plan.backend.blocks.put(own)
		return x.run(own.ptr)
	}
	return x.run(nil)
}

// run does the plan's steps with the arena at base.
func (x *execution) run(base unsafe.Pointer) error {
	pl := x.plan
	for _, t := range pl.tensors {
		if t.place == inArena || t.place == inScratch {
			x.ptrs[t.id] = unsafe.Add(base, t.offset)
		}
	}
	do := func(s *step) error {
		err := s.run(x)
		for _, t := range s.ends {
			x.drop(t)
		}
		if err != nil {
			return errors.WithMessagef(err, "%s %s", s.name, s.detail)
		}
		return nil
	}
	if pl.profile != nil {
		return pl.profile.run(x, do)
	}
	for _, s := range pl.steps {
		if err := do(s); err != nil {
			return err
		}
	}
	return nil
}
