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
	lib   *Library
	doing string
	args  uintptr    // native array of execArg
	call  [4]uintptr // primitive, stream, number of arguments, arguments
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
	x := &Execution{lib: p.lib, doing: p.doing, args: p.lib.alloc(len(args) * int(unsafe.Sizeof(execArg{})))}
	var n uintptr
	for _, arg := range slices.Sorted(maps.Keys(args)) {
		if arg == p.unused {
			continue
		}
		*at[execArg](x.args, n*unsafe.Sizeof(execArg{})) = execArg{
			arg: arg.code(p.lib.version.Major), memory: args[arg].handle,
		}
		n++
	}
	x.call = [4]uintptr{p.primitive, 0, n, x.args}
	p.lib.live.executions.Add(1)
	return x, nil
}

// Run executes the primitive on the calling thread and its OpenMP team. It allocates nothing.
func (x *Execution) Run(s *Stream) error {
	x.call[1] = s.handle
	if status := int32(callSlice(x.lib.fn.primitiveExecute, x.call[:])); status != 0 {
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
