package mix

import (
	"errors"
	"fmt"
	"reflect"
)

// validator is a Method that can say what is wrong with its parameters.
type validator interface{ Validate() error }

// Validate reports the first parameter of m, or of a Method inside it, that
// is outside its domain, or a kind of wrapper that appears twice.
func Validate(m Method) error {
	for {
		if m == nil {
			return errors.New("there is no method, or a schedule or probability around none")
		}
		if v, ok := m.(validator); ok {
			if err := v.Validate(); err != nil {
				return err
			}
		}
		w, ok := m.(wrapper)
		if !ok {
			return nil
		}
		inner := w.Unwrap()
		if contains(inner, reflect.TypeOf(m)) {
			return errTwice(m)
		}
		m = inner
	}
}

// validateWrapper is Validate of a wrapper around inner, without boxing it.
func validateWrapper[W interface {
	Method
	validator
}](w W, inner Method) error {
	if err := w.Validate(); err != nil {
		return err
	}
	if contains(inner, reflect.TypeFor[W]()) {
		return errTwice(w)
	}
	return Validate(inner)
}

// contains reports whether m, or a Method inside it, is of type t.
func contains(m Method, t reflect.Type) bool {
	for m != nil {
		if reflect.TypeOf(m) == t {
			return true
		}
		w, ok := m.(wrapper)
		if !ok {
			break
		}
		m = w.Unwrap()
	}
	return false
}

func errTwice(m Method) error {
	return fmt.Errorf("a schedule or probability is applied twice in one method, %s: give each once", m)
}
