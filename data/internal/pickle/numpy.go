package pickle

import (
	"errors"
	"fmt"
)

// maxDimensions is NumPy's bound before version 2.
const maxDimensions = 32

// global pushes a name; reduce refuses those it does not know.
func (m *machine) global(op byte) error {
	var g global
	var err error
	if op == 'c' {
		if g.module, err = m.line(); err != nil {
			return err
		}
		if g.name, err = m.line(); err != nil {
			return err
		}
		return m.push(g)
	}
	items, err := m.popN(2)
	if err != nil {
		return err
	}
	module, ok1 := items[0].(string)
	name, ok2 := items[1].(string)
	if !ok1 || !ok2 {
		return errors.New("a name that is not text")
	}
	return m.push(global{module, name})
}

// reduce calls one of the known names.
func (m *machine) reduce() error {
	items, err := m.popN(2)
	if err != nil {
		return err
	}
	f, ok1 := items[0].(global)
	args, ok2 := items[1].(Tuple)
	if !ok1 || !ok2 {
		return errors.New("not a call of a name with arguments")
	}
	switch f {
	case global{"numpy.core.multiarray", "_reconstruct"}, global{"numpy._core.multiarray", "_reconstruct"}:
		return m.push(&object{kind: "array"})
	case global{"numpy", "dtype"}:
		if len(args) > 0 {
			if name, ok := args[0].(string); ok {
				return m.push(&object{kind: "dtype", dtype: name})
			}
		}
		return errors.New("numpy.dtype without a name")
	case global{"_codecs", "encode"}:
		return m.encode(args)
	}
	return fmt.Errorf("refers to %.100q, which is not among the names that data sets use", f.module+"."+f.name)
}

// encode is how Python 3 writes bytes in protocol 2: each as a character.
func (m *machine) encode(args Tuple) error {
	if len(args) != 2 || args[1] != any("latin1") {
		return errors.New("_codecs.encode is read with latin1 only")
	}
	s, ok := args[0].(string)
	if !ok {
		return errors.New("_codecs.encode of something that is not text")
	}
	if err := m.budget.Take(2 * int64(len(s))); err != nil { // one text may be encoded over and over
		return err
	}
	b := make([]byte, 0, len(s))
	for _, c := range s {
		if c > 0xff {
			return fmt.Errorf("character %q is not in latin1", c)
		}
		b = append(b, byte(c))
	}
	return m.push(string(b))
}

// build sets the state of a numpy object.
func (m *machine) build() error {
	state, err := m.pop()
	if err != nil {
		return err
	}
	if len(m.stack) == 0 {
		return errors.New("no object on the stack")
	}
	o, ok := m.stack[len(m.stack)-1].(*object)
	if !ok {
		return fmt.Errorf("%T has no state", m.stack[len(m.stack)-1])
	}
	if o.kind == "dtype" {
		return nil // byte order and alignment, which bytes do not have
	}
	s, ok := state.(Tuple)
	if !ok || len(s) != 5 {
		return errors.New("the state of a numpy array is not (version, shape, dtype, order, data)")
	}
	shape, ok1 := s[1].(Tuple)
	dtype, ok2 := s[2].(*object)
	fortran, ok3 := s[3].(bool)
	data, ok4 := s[4].(string)
	if !ok1 || !ok2 || !ok3 || !ok4 {
		return errors.New("the state of a numpy array is not (version, shape, dtype, order, data)")
	}
	if dtype.dtype != "u1" || fortran {
		return fmt.Errorf("a numpy array of type %.20q, column-major %v: only row-major unsigned bytes, \"u1\", are read", dtype.dtype, fortran)
	}
	if len(shape) > maxDimensions {
		return fmt.Errorf("an array of %d dimensions, at most %d are read", len(shape), maxDimensions)
	}
	array := &Array{Data: data}
	size := int64(1)
	for _, v := range shape {
		d, ok := v.(int64)
		if !ok {
			return fmt.Errorf("a dimension of type %T", v)
		}
		if d < 1 || d > MaxBytes/size {
			return fmt.Errorf("%d is not a dimension of an array", d)
		}
		size *= d
		array.Shape = append(array.Shape, int(d))
	}
	if size != int64(len(data)) {
		return fmt.Errorf("%d bytes for an array of shape %v", len(data), array.Shape)
	}
	o.array = array
	return nil
}
