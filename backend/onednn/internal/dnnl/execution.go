package dnnl

import (
	"fmt"
	"maps"
	"slices"
	"unsafe"
)

// Args are the arguments of an execution.
type Args map[Arg]*Memory

// execArg is dnnl_exec_arg_t.
type execArg struct {
	arg    int32
	_      int32
	memory uintptr
}

// Execution is a primitive with its arguments. To run it on other bytes, change the data of its memories.
type Execution struct {
	lib       *Library
	fn        uintptr
	primitive uintptr
	n         uintptr
	args      uintptr // n execArg, native
	doing     string
}

// Bind makes an execution. The memories must be of the descriptions that the primitive wants, which is checked, as
// the library would only compute nonsense. If ScratchpadSize() > 0 the scratchpad must be among them.
func (p *Primitive) Bind(args Args) (*Execution, error) {
	doing := "binding " + p.doing
	for arg, m := range args {
		if m == nil {
			return nil, invalid(doing, "%v is nil", arg)
		}
		if want := p.Desc(arg); want != nil && !want.Equal(m.desc) {
			return nil, invalid(doing, "%v is %v, wanted %v", arg, m.desc, want)
		}
	}
	if n := p.ScratchpadSize(); n > 0 && args[ArgScratchpad] == nil {
		return nil, invalid(doing, "no scratchpad, wanted one of %d bytes", n)
	}
	x := &Execution{
		lib: p.lib, fn: p.lib.fn.primitiveExecute, primitive: p.primitive, n: uintptr(len(args)), doing: p.doing,
	}
	x.args = p.lib.alloc(len(args) * int(unsafe.Sizeof(execArg{})))
	for i, arg := range slices.Sorted(maps.Keys(args)) {
		*at[execArg](x.args, uintptr(i)*unsafe.Sizeof(execArg{})) = execArg{
			arg: arg.code(p.lib.version.Major), memory: args[arg].handle,
		}
	}
	p.lib.live.executions.Add(1)
	return x, nil
}

// Run executes the primitive on the calling thread and its OpenMP team. It allocates nothing.
func (x *Execution) Run(s *Stream) error {
	if status := int32(call(x.fn, x.primitive, s.handle, x.n, x.args)); status != 0 {
		return x.lib.check(status, fmt.Sprintf("executing %s", x.doing))
	}
	return nil
}

// String says what the operation is.
func (x *Execution) String() string { return x.doing }

// Destroy frees the execution, not its primitive and memories.
func (x *Execution) Destroy() {
	if x == nil || x.args == 0 {
		return
	}
	x.lib.free(x.args)
	x.args = 0
	x.lib.live.executions.Add(-1)
}
