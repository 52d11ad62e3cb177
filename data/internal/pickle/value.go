package pickle

import "fmt"

// List is a Python list; it may be shared, so it is used by pointer.
type List struct{ Items []any }

// String tells the number of items alone: an item may be the list itself.
func (l *List) String() string { return fmt.Sprintf("a list of %d items", len(l.Items)) }

// Tuple is a Python tuple.
type Tuple []any

// String tells the number of items alone: forty tuples of one inside the other can have 2^40 leaves.
func (t Tuple) String() string { return fmt.Sprintf("a tuple of %d items", len(t)) }

// Dict is a Python dict whose keys are strings or bytes.
type Dict map[string]any

// String tells the number of items alone: an item may be the dict itself.
func (d Dict) String() string { return fmt.Sprintf("a dict of %d items", len(d)) }

// Array is a numpy array of bytes in row-major order.
type Array struct {
	Shape []int
	Data  string // a string, so that a pickle that uses it often makes no copies
}

// global is a name that a pickle refers to.
type global struct{ module, name string }

// object is what a call of a known global made, before its state is set.
type object struct {
	kind  string // "array" or "dtype"
	dtype string // of a dtype
	array *Array // of an array, filled in by its state
}
