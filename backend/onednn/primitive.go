package onednn

import (
	"errors"
	"unsafe"

	"github.com/vicinal-ml/vicinal/backend/onednn/internal/dnnl"
)

// args says which tensors, seen as which descriptions, are the arguments of a primitive.
type args map[dnnl.Arg]arg

type arg struct {
	t    *tensor
	desc *dnnl.MemoryDesc
}

// bound is a memory object and where it points.
type bound struct {
	t      *tensor
	memory *dnnl.Memory
	at     unsafe.Pointer
}

// aloneWork is below how many multiplications a primitive runs on one thread: some 10 µs, no more than waking the
// others and waiting for them takes. Work on memory counts ten for an element.
const (
	aloneWork   = 1 << 19
	elementWork = 10
)

// threads is how many threads work of that size is for.
func (b *Backend) threadsFor(work int) int {
	if work < aloneWork {
		return 1
	}
	return b.threads
}

// prepare sets the number of threads for what is asked of oneDNN next: primitives are made for a number of threads.
func (p *planner) prepare(work int) { p.backend.lib.SetThreads(p.backend.threadsFor(work)) }

// addPrimitive compiles pd, made after prepare(work), and adds the step that runs it. It takes over pd. The pairs share
// memory, see step.
func (p *planner) addPrimitive(name string, work int, pd *dnnl.PrimitiveDesc, reads, writes args, sharing ...[2]*tensor) error {
	p.onClose(pd.Destroy)
	p.prepare(work)
	prim, err := pd.NewPrimitive()
	if err != nil {
		return err
	}
	p.onClose(prim.Destroy)
	s := &step{name: name, detail: pd.Implementation() + " " + pd.String(), sharing: sharing}
	if size := pd.ScratchpadSize(); size > 0 {
		writes[dnnl.ArgScratchpad] = arg{p.newScratch(size), pd.Desc(dnnl.ArgScratchpad)}
	}
	memories := make(dnnl.Args, len(reads)+len(writes))
	var bounds []bound
	for _, side := range []struct {
		args args
		list *[]*tensor
	}{{reads, &s.reads}, {writes, &s.writes}} {
		for name, arg := range side.args {
			m, err := p.backend.engine.NewMemory(arg.desc, nil)
			if err != nil {
				return err
			}
			p.onClose(m.Destroy)
			memories[name] = m
			bounds = append(bounds, bound{t: arg.t, memory: m})
			*side.list = append(*side.list, arg.t)
		}
	}
	exec, err := prim.Bind(memories)
	if err != nil {
		return err
	}
	p.onClose(exec.Destroy)
	stream, lib, threads := p.backend.stream, p.backend.lib, p.backend.threadsFor(work)
	s.run = func(x *execution) error {
		if x.threads != threads {
			lib.SetThreads(threads)
			x.threads = threads
		}
		for i := range bounds {
			b := &bounds[i]
			if ptr := x.ptr(b.t); ptr != b.at {
				if err := b.memory.SetData(ptr); err != nil {
					return err
				}
				b.at = ptr
			}
		}
		return exec.Run(stream)
	}
	p.native = true
	p.wide = p.wide || work >= aloneWork
	p.addStep(s)
	return nil
}

// unsupported turns the library's answer that it has no kernel into errUnsupported.
func unsupported(err error) error {
	if errors.Is(err, dnnl.Unimplemented) || errors.Is(err, dnnl.InvalidArguments) {
		return errUnsupported
	}
	return err
}
