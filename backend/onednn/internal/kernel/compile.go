package kernel

import "fmt"

// A slot names what an instruction reads or writes; the pointers behind them differ by worker and block.
type slot int32

// instr computes one block, or one group if it is uniform.
type instr struct {
	code    code
	d       slot
	a, b, c slot // -1 where unused
}

// compiler lowers the expressions of a Builder to a Program.
type compiler struct {
	b    *Builder
	p    *Program
	uses []int  // readers of each value
	last []int  // position of the last instruction that reads it; atEnd for outputs
	slot []slot // of each value, -1 before it is computed
	regs []bool // in use
}

const atEnd = 1 << 30

// Compile fixes the shape, the access of each input and the axes that Reduce reduces over (none where there is
// no Reduce; an empty list reduces nothing). Errors tell of a misuse of the builder, of an access or an
// axis, or of more than 12 axes that an input does not walk through in order.
func (b *Builder) Compile(dims []int, in []Access, axes []int) (*Program, error) {
	if err := b.check(dims, in, axes); err != nil {
		return nil, fmt.Errorf("compiling a kernel program: %w", err)
	}
	p := &Program{n: volume(dims)}
	c := &compiler{b: b, p: p}
	c.reach()
	c.fuse()
	for i, d := range b.inputs {
		p.inputs = append(p.inputs, newInput(d, dims, in[i]))
		if k := len(p.inputs[i].dims); k > maxAxes {
			return nil, fmt.Errorf("compiling a kernel program: input %d walks %d axes, more than %d", i, k, maxAxes)
		}
	}
	for v, e := range b.exprs {
		if e.kind == exprInput && c.uses[v] == 0 {
			p.inputs[e.bits].mode = loadNone
		}
	}
	c.slots()
	c.emit()
	p.planBlocks()
	if c.reduces() {
		p.red = newReduction(p, dims, axes)
	}
	return p, nil
}

func (c *compiler) reduces() bool {
	for _, o := range c.b.outputs {
		if o.reduce {
			return true
		}
	}
	return false
}

// reach counts the readers of each value that an output needs.
func (c *compiler) reach() {
	c.uses = make([]int, len(c.b.exprs))
	for _, o := range c.b.outputs {
		c.uses[o.v]++
	}
	for v := len(c.b.exprs) - 1; v >= 0; v-- {
		if e := c.b.exprs[v]; c.uses[v] > 0 && e.kind == exprOp {
			for _, x := range [...]Value{e.a, e.b, e.c} {
				if x >= 0 {
					c.uses[x]++
				}
			}
		}
	}
}

// fuse copies the expressions and joins products that are used once into the sum that uses them.
func (c *compiler) fuse() {
	exprs := append([]expr(nil), c.b.exprs...)
	uniform := make([]bool, len(exprs))
	product := func(v Value) bool {
		e := exprs[v]
		return e.kind == exprOp && e.code == code(Mul) && c.uses[v] == 1 && !uniform[v]
	}
	for v := range exprs {
		e := &exprs[v]
		uniform[v] = e.kind == exprConst
		if e.kind != exprOp || c.uses[v] == 0 {
			continue
		}
		x, y := e.a, e.b
		switch {
		case e.code == code(Add) && product(x):
			*e = expr{kind: exprOp, op: mulAdd, code: code(mulAdd), a: exprs[x].a, b: exprs[x].b, c: y}
			c.uses[x] = 0
		case e.code == code(Add) && product(y):
			*e = expr{kind: exprOp, op: mulAdd, code: code(mulAdd), a: exprs[y].a, b: exprs[y].b, c: x}
			c.uses[y] = 0
		case e.code == code(Sub) && product(x):
			*e = expr{kind: exprOp, op: mulSub, code: code(mulSub), a: exprs[x].a, b: exprs[x].b, c: y}
			c.uses[x] = 0
		case e.code == code(Sub) && product(y):
			*e = expr{kind: exprOp, op: subMul, code: code(subMul), a: exprs[y].a, b: exprs[y].b, c: x}
			c.uses[y] = 0
		}
	}
	// The builder may be compiled again: work on a copy from here on.
	c.b = &Builder{exprs: exprs, inputs: c.b.inputs, outputs: c.b.outputs}
}

// slots gives the inputs, the outputs, the constants and the operations on scalars their slots; what the others
// get is decided in emit.
func (c *compiler) slots() {
	p, b := c.p, c.b
	c.slot = make([]slot, len(b.exprs))
	p.outputs = make([]outputPlan, len(b.outputs))
	next := slot(len(p.inputs) + len(p.outputs))
	for v, e := range b.exprs {
		c.slot[v] = -1
		if c.uses[v] == 0 {
			continue
		}
		switch e.kind {
		case exprInput:
			c.slot[v] = slot(e.bits)
			continue
		case exprConst:
			p.consts = append(p.consts, constant{next, e.bits})
		case exprOp:
			if !c.uniform(e.a) || !c.uniform(e.b) || !c.uniform(e.c) {
				continue
			}
			p.prologue = append(p.prologue, instr{e.code, next, c.at(e.a), c.at(e.b), c.at(e.c)})
		}
		c.slot[v] = next
		next++
	}
	p.firstUniform = slot(len(p.inputs) + len(p.outputs))
	p.firstReg = next
}

func (c *compiler) at(v Value) slot {
	if v < 0 {
		return -1
	}
	return c.slot[v]
}

// uniform reports whether v is one value for all elements (or no operand at all).
func (c *compiler) uniform(v Value) bool {
	if v < 0 {
		return true
	}
	s := c.slot[v]
	if s < 0 {
		return false
	}
	if int(s) < len(c.p.inputs) {
		return c.p.inputs[s].mode == loadUniform
	}
	return true
}

// direct reports whether v is read from the caller's memory, which an output may overwrite.
func (c *compiler) direct(v Value) bool {
	return v >= 0 && c.b.exprs[v].kind == exprInput && c.p.inputs[c.b.exprs[v].bits].mode == loadDirect
}

// emit orders the operations, gives them registers, and lets results go straight to memory where no later
// instruction reads an input that the memory may belong to.
func (c *compiler) emit() {
	p, b := c.p, c.b
	var order []Value
	for v, e := range b.exprs {
		if e.kind == exprOp && c.uses[v] > 0 && c.slot[v] < 0 {
			order = append(order, Value(v))
		}
	}
	c.last = make([]int, len(b.exprs))
	lastDirect := -1
	for i, v := range order {
		e := b.exprs[v]
		for _, x := range [...]Value{e.a, e.b, e.c} {
			if x >= 0 {
				c.last[x] = i
			}
			if c.direct(x) {
				lastDirect = i
			}
		}
	}
	for _, o := range b.outputs {
		c.last[o.v] = atEnd
	}
	// Inputs that are outputs themselves are saved first, unless nothing else is written.
	if len(b.outputs) > 1 {
		for _, o := range b.outputs {
			if c.direct(o.v) && int(c.slot[o.v]) < len(p.inputs) {
				r := c.take()
				p.code = append(p.code, instr{codeMove, r, c.slot[o.v], -1, -1})
				c.slot[o.v] = r
			}
		}
	}
	for i, v := range order {
		e := b.exprs[v]
		in := instr{e.code, -1, c.at(e.a), c.at(e.b), c.at(e.c)}
		for _, x := range [...]Value{e.a, e.b, e.c} {
			if x >= 0 && c.last[x] == i {
				c.give(c.slot[x])
			}
		}
		for j, o := range b.outputs {
			if o.v == v && o.straight() && i >= lastDirect {
				in.d = slot(len(p.inputs) + j)
				break
			}
		}
		if in.d < 0 {
			in.d = c.take()
		}
		c.slot[v] = in.d
		p.code = append(p.code, in)
	}
	for j, o := range b.outputs {
		p.outputs[j] = outputPlan{output: o, from: c.slot[o.v]}
		p.stores = p.stores || !o.reduce
		own := slot(len(p.inputs) + j)
		switch {
		case o.straight():
			if c.slot[o.v] != own {
				p.code = append(p.code, instr{codeMove, own, c.slot[o.v], -1, -1})
			}
			p.outputs[j].from = own
		case c.uniform(o.v):
			r := c.take()
			p.code = append(p.code, instr{codeMove, r, c.slot[o.v], -1, -1})
			p.outputs[j].from = r
		}
	}
	p.regs = len(c.regs)
}

// straight reports whether the lanes of the value are what memory holds.
func (o output) straight() bool { return !o.reduce && (o.dtype == F32 || o.dtype == S32) }

func (c *compiler) take() slot {
	for i, used := range c.regs {
		if !used {
			c.regs[i] = true
			return c.p.firstReg + slot(i)
		}
	}
	c.regs = append(c.regs, true)
	return c.p.firstReg + slot(len(c.regs)-1)
}

// give frees a register; other slots are not owned.
func (c *compiler) give(s slot) {
	if i := s - c.p.firstReg; i >= 0 {
		c.regs[i] = false
	}
}
