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
func Validate(m Method) error { return validate(m) }

func validate(m Method) error {
	for outer := m; ; {
		if outer == nil {
			return errors.New("a schedule or probability wraps no method")
		}
		if v, ok := outer.(validator); ok {
			if err := v.Validate(); err != nil {
				return err
			}
		}
		w, ok := outer.(wrapper)
		if !ok {
			return nil
		}
		for inner := w.Unwrap(); inner != nil; {
			if reflect.TypeOf(inner) == reflect.TypeOf(outer) {
				return fmt.Errorf("%s is applied twice in one method: give it once", kindOf(outer))
			}
			next, ok := inner.(wrapper)
			if !ok {
				break
			}
			inner = next.Unwrap()
		}
		outer = w.Unwrap()
	}
}

func kindOf(m Method) string {
	switch m.(type) {
	case Probability:
		return "probability (p)"
	case Warmup:
		return "warm-up"
	case Cycle:
		return "the on/off cycle"
	case LastOff:
		return "last epochs off"
	case UntilSettled:
		return "settle"
	default:
		return fmt.Sprintf("%T", m)
	}
}
