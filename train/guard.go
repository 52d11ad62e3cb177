package train

import "fmt"

// guard runs f and turns a panic, which is how GoMLX reports what is wrong
// with a graph, into an error.
func guard(doing string, f func() error) (err error) {
	defer func() {
		switch r := recover().(type) {
		case nil:
		case error:
			err = fmt.Errorf("%s: %w", doing, r)
		default:
			err = fmt.Errorf("%s: %v", doing, r)
		}
	}()
	return f()
}
