// Package jsonfile decodes JSON files that others may have written.
package jsonfile

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// maxError bounds the letters of an error: encoding/json spells out numbers and keys of any length.
const maxError = 200

// maxValues bounds the values of a file: an empty text of three bytes takes sixteen.
const maxValues = 1 << 24

// Decode reads a text into what into points to. A text of more objects than that, of which one of two
// bytes may take hundreds, or of too many values is an error before it is memory.
func Decode(text []byte, objects int, into any) error {
	if n := bytes.Count(text, []byte("{")); n > objects {
		return fmt.Errorf("it holds %d objects: at most %d are read", n, objects)
	}
	if n := bytes.Count(text, []byte(",")); n > maxValues {
		return fmt.Errorf("it holds %d values: at most %d are read", n, maxValues)
	}
	err := json.Unmarshal(text, into)
	if err == nil {
		return nil
	}
	if len(err.Error()) > maxError {
		err = fmt.Errorf("%.*s…", maxError, err.Error())
	}
	return err
}
