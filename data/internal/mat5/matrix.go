package mat5

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/vicinal-ml/vicinal/data/internal/bounded"
)

// Classes of arrays.
const (
	classStruct      = 2
	classText        = 4
	classFirstNumber = 6  // double
	classLastNumber  = 15 // 64-bit unsigned
	flagComplex      = 0x0800
)

// matrix reads the content of an array: nil of a kind that is left out. Structures are
// read at the top only.
func (f *reader) matrix(r io.Reader, top bool) (name string, a *Array, err error) {
	flags, kind, err := element(r, f.order, 8)
	if err != nil {
		return "", nil, err
	}
	if kind != miUINT32 || len(flags) != 8 {
		return "", nil, errors.New("no array flags")
	}
	word := f.order.Uint32(flags)
	class := word & 0xff
	structure := class == classStruct && top
	if !structure && class != classText && (class < classFirstNumber || class > classLastNumber) || word&flagComplex != 0 {
		return "", nil, nil
	}
	if err := f.budget.Take(arrayCost); err != nil {
		return "", nil, err
	}
	a = &Array{order: f.order, text: class == classText}
	n, err := f.dimensions(r, a)
	if err != nil {
		return "", nil, err
	}
	text, kind, err := element(r, f.order, maxName)
	if err != nil {
		return "", nil, err
	}
	if kind != miINT8 {
		return "", nil, errors.New("no name")
	}
	if structure {
		err = f.fields(r, a, n)
	} else {
		err = f.values(r, a, n)
	}
	if err != nil {
		return "", nil, fmt.Errorf("array %.100q: %w", text, err)
	}
	return string(text), a, nil
}

// dimensions reads the shape of an array, and returns the number of its elements.
func (f *reader) dimensions(r io.Reader, a *Array) (int64, error) {
	dims, kind, err := element(r, f.order, 4*maxDimensions)
	if err != nil {
		return 0, err
	}
	if kind != miINT32 || len(dims)%4 != 0 || len(dims) < 8 {
		return 0, errors.New("no dimensions")
	}
	n := int64(1)
	for i := 0; i < len(dims); i += 4 {
		d := int64(int32(f.order.Uint32(dims[i:])))
		if d < 0 || d > 0 && n > MaxBytes/d {
			return 0, fmt.Errorf("%d as a dimension: none may be negative, and at most %d values are read", d, int64(MaxBytes))
		}
		n *= d
		a.Shape = append(a.Shape, int(d))
	}
	return n, nil
}

// values reads the numbers or the text of an array of n of them.
func (f *reader) values(r io.Reader, a *Array, n int64) (err error) {
	if a.values, a.kind, err = element(r, f.order, uint32(f.budget.Left())); err != nil {
		return err
	}
	if err := f.budget.Take(int64(len(a.values))); err != nil {
		return err
	}
	width := int64(width(a.kind))
	// Text in UTF-8 may take more bytes than it has characters.
	if a.kind == miUTF8 && a.text {
		return nil
	}
	if width == 0 || int64(len(a.values)) != n*width {
		return fmt.Errorf("%d bytes of type %d for shape %v", len(a.values), a.kind, a.Shape)
	}
	return nil
}

// fields reads the fields of an array of n structures: their names in equal lengths,
// then an array for each field of each structure.
func (f *reader) fields(r io.Reader, a *Array, n int64) error {
	length, kind, err := element(r, f.order, 4)
	if err != nil {
		return err
	}
	if kind != miINT32 || len(length) != 4 {
		return errors.New("no length of field names")
	}
	width := int(f.order.Uint32(length))
	names, kind, err := element(r, f.order, maxName*maxFields)
	if err != nil {
		return err
	}
	if kind != miINT8 || width < 1 || width > maxName || len(names)%width != 0 || len(names)/width > maxFields {
		return errors.New("no field names")
	}
	if int64(len(names)/width)*n > maxElements {
		return fmt.Errorf("%d structures of %d fields: at most %d values are read", n, len(names)/width, maxElements)
	}
	if err := f.budget.Take(int64(len(names) * fieldCost)); err != nil {
		return err
	}
	var order []string
	a.Fields = make(map[string][]*Array)
	for ; len(names) > 0; names = names[width:] {
		name, _, _ := bytes.Cut(names[:width], []byte{0})
		order = append(order, string(name))
		a.Fields[string(name)] = nil
	}
	if len(order) != len(a.Fields) {
		return errors.New("two fields of one name")
	}
	for i := range n {
		for _, name := range order {
			value, err := f.field(r)
			if err != nil {
				return fmt.Errorf("structure %d, field %q: %w", i, name, err)
			}
			a.Fields[name] = append(a.Fields[name], value)
		}
	}
	return nil
}

// field reads an array that is a value of a field, to its end.
func (f *reader) field(r io.Reader) (*Array, error) {
	if err := f.budget.Take(fieldCost); err != nil {
		return nil, err
	}
	kind, size, _, err := tag(r, f.order)
	if err != nil {
		return nil, unexpected(err)
	}
	if kind != miMATRIX {
		return nil, fmt.Errorf("type %d is no array", kind)
	}
	if size == 0 {
		return nil, nil // how an empty array may be written
	}
	inner := &io.LimitedReader{R: r, N: int64(size)}
	_, a, err := f.matrix(inner, false)
	if err != nil {
		return nil, err
	}
	if _, err := io.Copy(io.Discard, inner); err != nil {
		return nil, err
	}
	if inner.N > 0 {
		return nil, bounded.Short(int64(size)-inner.N, int64(size))
	}
	return a, nil
}
