// Package jsonfile decodes JSON files that others may have written.
package jsonfile

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// maxError bounds the letters of an error: encoding/json spells out numbers and keys of any length.
const maxError = 200

// Decode reads a text into what into points to. A text of more objects than that is an error before it
// is memory: one of two bytes may take hundreds.
func Decode(text []byte, objects int, into any) error {
	if n := bytes.Count(text, []byte("{")); n > objects {
		return fmt.Errorf("it holds %d objects: at most %d are read", n, objects)
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
