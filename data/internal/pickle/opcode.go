package pickle

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
)

// do carries out one opcode, named as in Python's pickletools.
func (m *machine) do(op byte) error {
	switch op {
	case 0x80: // PROTO
		version, err := m.byte()
		if err == nil && version > 4 {
			err = fmt.Errorf("protocol %d, at most 4 is read", version)
		}
		return err
	case 0x95: // FRAME
		_, err := m.number(8)
		return err
	case '(': // MARK
		return m.push(mark{})
	case '0': // POP
		_, err := m.pop()
		return err
	case 'N': // NONE
		return m.push(nil)
	case 0x88: // NEWTRUE
		return m.push(true)
	case 0x89: // NEWFALSE
		return m.push(false)
	case 'J', 'K', 'M', 0x8a, 'G': // BININT, BININT1, BININT2, LONG1, BINFLOAT
		return m.numeric(op)
	case 'U', 'C', 0x8c: // SHORT_BINSTRING, SHORT_BINBYTES, SHORT_BINUNICODE
		return m.text(1)
	case 'T', 'B', 'X': // BINSTRING, BINBYTES, BINUNICODE
		return m.text(4)
	case 0x8d, 0x8e: // BINUNICODE8, BINBYTES8
		return m.text(8)
	case ']', ')', '}', 't', 0x85, 0x86, 0x87, 'a', 'e', 's', 'u': // collections
		return m.collect(op)
	case 'q', 'r', 0x94: // BINPUT, LONG_BINPUT, MEMOIZE
		if op == 0x94 {
			return m.put(uint64(len(m.memo)))
		}
		return m.indexed(op == 'q', m.put)
	case 'h', 'j': // BINGET, LONG_BINGET
		return m.indexed(op == 'h', m.get)
	case 'c', 0x93: // GLOBAL, STACK_GLOBAL
		return m.global(op)
	case 'R': // REDUCE
		return m.reduce()
	case 'b': // BUILD
		return m.build()
	}
	return errors.New("not among the opcodes that data sets use")
}

func (m *machine) indexed(short bool, do func(uint64) error) error {
	n := 4
	if short {
		n = 1
	}
	index, err := m.number(n)
	if err != nil {
		return err
	}
	return do(index)
}

func (m *machine) numeric(op byte) error {
	size := map[byte]int{'J': 4, 'K': 1, 'M': 2, 'G': 8}[op]
	if op == 0x8a {
		n, err := m.byte()
		if err != nil {
			return err
		}
		if n > 8 {
			return fmt.Errorf("a whole number of %d bytes, at most 8 are read", n)
		}
		size = int(n)
	}
	v, err := m.number(size)
	if err != nil {
		return err
	}
	switch {
	case op == 'G':
		var b [8]byte // big-endian, unlike the rest
		binary.LittleEndian.PutUint64(b[:], v)
		return m.push(math.Float64frombits(binary.BigEndian.Uint64(b[:])))
	case op == 'J':
		return m.push(int64(int32(v)))
	case op == 0x8a && size > 0:
		shift := 64 - 8*size
		return m.push(int64(v) << shift >> shift)
	}
	return m.push(int64(v))
}

func (m *machine) text(lengthBytes int) error {
	s, err := m.counted(lengthBytes)
	if err != nil {
		return err
	}
	return m.push(s)
}

func (m *machine) collect(op byte) error {
	switch op {
	case ']': // EMPTY_LIST
		return m.push(&List{})
	case '}': // EMPTY_DICT
		if err := m.budget.Take(dictCost); err != nil {
			return err
		}
		return m.push(Dict{})
	case ')': // EMPTY_TUPLE
		return m.push(Tuple{})
	case 0x85, 0x86, 0x87: // TUPLE1, TUPLE2, TUPLE3
		items, err := m.popN(int(op-0x85) + 1)
		if err != nil {
			return err
		}
		return m.push(Tuple(items))
	}
	var items []any
	var err error
	switch op {
	case 'a': // APPEND
		items, err = m.popN(1)
	case 's': // SETITEM
		items, err = m.popN(2)
	default:
		items, err = m.popMark()
	}
	if err != nil {
		return err
	}
	if op == 't' { // TUPLE
		return m.push(Tuple(items))
	}
	if len(m.stack) == 0 {
		return errors.New("no collection on the stack")
	}
	switch into := m.stack[len(m.stack)-1].(type) {
	case *List:
		if op == 'a' || op == 'e' {
			into.Items = append(into.Items, items...)
			return nil
		}
	case Dict:
		if op == 's' || op == 'u' {
			return m.set(into, items)
		}
	}
	return fmt.Errorf("%T does not take items", m.stack[len(m.stack)-1])
}

func (m *machine) set(d Dict, items []any) error {
	if len(items)%2 != 0 {
		return errors.New("a key without a value")
	}
	cost := int64(entryCost * len(items) / 2)
	if len(d) == 0 {
		cost += groupCost
	}
	if err := m.budget.Take(cost); err != nil {
		return err
	}
	for i := 0; i < len(items); i += 2 {
		key, ok := items[i].(string)
		if !ok {
			return fmt.Errorf("a key of type %T, only strings are read", items[i])
		}
		d[key] = items[i+1]
	}
	return nil
}
