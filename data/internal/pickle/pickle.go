// Package pickle reads the Python pickles that data sets come in: dicts, lists
// and tuples of numbers, strings, bytes, and numpy arrays of unsigned bytes,
// in protocols 2 to 4.
//
// It knows a handful of names of numpy and calls nothing else, and what a file
// makes of its bytes has a bound of memory, so a hostile pickle is an error.
// Python's unicode strings and bytes both become strings. Values may hold
// themselves, or one value many times: what walks them must expect that.
package pickle

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/vicinal-ml/vicinal/data/internal/bounded"
)

// MaxBytes bounds the memory of the values of a file: the training part of
// CIFAR-100, written by any Python, takes less than 800 MB of it.
const MaxBytes = 1 << 30

// What values take, in bytes: slices and maps with the copy that is made as
// they grow.
const (
	opcodeCost = 128 // a value on the stack
	dictCost   = 64  // an empty dict
	itemCost   = 56  // of a list or a tuple, with its copy off the stack
	groupCost  = 352 // the first items of a dict
	entryCost  = 128 // one item of a dict
	memoCost   = 96  // one place of the memo
)

// mark separates the items of a collection from what is below them.
type mark struct{}

type machine struct {
	r      *bufio.Reader
	at     int64 // bytes read
	stack  []any
	memo   map[uint32]any
	budget *bounded.Budget
}

// Read returns the value of a pickle.
func Read(r io.Reader) (any, error) { return read(r, MaxBytes) }

// read is Read with a budget of memory.
func read(r io.Reader, budget int64) (any, error) {
	m := &machine{r: bufio.NewReader(r), memo: make(map[uint32]any), budget: bounded.NewBudget(budget)}
	for {
		at := m.at
		op, err := m.byte()
		if err != nil {
			return nil, fmt.Errorf("pickle, byte %d: %w", at, err)
		}
		if op == '.' {
			v, err := m.pop()
			if err != nil {
				return nil, fmt.Errorf("pickle, byte %d: %w", at, err)
			}
			return finished(v)
		}
		if err = m.budget.Take(opcodeCost); err == nil {
			err = m.do(op)
		}
		if err != nil {
			return nil, fmt.Errorf("pickle, byte %d, opcode %q: %w", at, op, err)
		}
	}
}

// finished turns an object into the array it stands for, all the way down
// only where the data sets have arrays: at the top and in a top-level dict.
func finished(v any) (any, error) {
	switch v := v.(type) {
	case *object:
		if v.array == nil {
			return nil, errors.New("pickle: a numpy object without contents")
		}
		return v.array, nil
	case Dict:
		for k, item := range v {
			if o, ok := item.(*object); ok {
				array, err := finished(o)
				if err != nil {
					return nil, err
				}
				v[k] = array
			}
		}
	}
	return v, nil
}

func (m *machine) byte() (byte, error) {
	b, err := m.r.ReadByte()
	if err != nil {
		return 0, unexpected(err)
	}
	m.at++
	return b, nil
}

// number reads a little-endian number of n bytes.
func (m *machine) number(n int) (uint64, error) {
	var b [8]byte
	if _, err := io.ReadFull(m.r, b[:n]); err != nil {
		return 0, unexpected(err)
	}
	m.at += int64(n)
	return binary.LittleEndian.Uint64(b[:]), nil
}

// counted reads a string whose length is in n bytes before it.
func (m *machine) counted(n int) (string, error) {
	length, err := m.number(n)
	if err != nil {
		return "", err
	}
	if length > MaxBytes {
		return "", fmt.Errorf("%d bytes, at most %d are read", length, MaxBytes)
	}
	if err := m.budget.Take(2 * int64(length)); err != nil { // as bytes, then as a string
		return "", err
	}
	b, err := bounded.Bytes(m.r, int64(length))
	m.at += int64(len(b))
	return string(b), err
}

// line reads up to a newline.
func (m *machine) line() (string, error) {
	var b []byte
	for len(b) < 1<<10 {
		c, err := m.byte()
		if err != nil {
			return "", err
		}
		if c == '\n' {
			return string(b), m.budget.Take(int64(2 * len(b)))
		}
		b = append(b, c)
	}
	return "", errors.New("a line of more than 1024 bytes")
}

func unexpected(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

func (m *machine) push(v any) error {
	m.stack = append(m.stack, v)
	return nil
}

func (m *machine) pop() (any, error) {
	if len(m.stack) == 0 {
		return nil, errors.New("nothing on the stack")
	}
	v := m.stack[len(m.stack)-1]
	if _, ok := v.(mark); ok {
		return nil, errors.New("a mark where a value should be")
	}
	m.stack = m.stack[:len(m.stack)-1]
	return v, nil
}

// popMark returns what lies above the last mark, and removes both.
func (m *machine) popMark() ([]any, error) {
	for i := len(m.stack) - 1; i >= 0; i-- {
		if _, ok := m.stack[i].(mark); ok {
			if err := m.budget.Take(itemCost * int64(len(m.stack)-i)); err != nil {
				return nil, err
			}
			items := append([]any(nil), m.stack[i+1:]...)
			m.stack = m.stack[:i]
			return items, nil
		}
	}
	return nil, errors.New("no mark on the stack")
}

func (m *machine) popN(n int) ([]any, error) {
	if err := m.budget.Take(itemCost * int64(n)); err != nil {
		return nil, err
	}
	items := make([]any, n)
	for i := n - 1; i >= 0; i-- {
		v, err := m.pop()
		if err != nil {
			return nil, err
		}
		items[i] = v
	}
	return items, nil
}

func (m *machine) put(index uint64) error {
	if len(m.stack) == 0 {
		return errors.New("nothing on the stack to keep")
	}
	if err := m.budget.Take(memoCost); err != nil {
		return err
	}
	m.memo[uint32(index)] = m.stack[len(m.stack)-1]
	return nil
}

func (m *machine) get(index uint64) error {
	v, ok := m.memo[uint32(index)]
	if !ok {
		return fmt.Errorf("no value kept in place %d", index)
	}
	return m.push(v)
}
