// Package stricttoml reads TOML files into structs and says in one line what
// is wrong with a file: where, and which known key may be meant.
package stricttoml

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2"

	"github.com/vicinal-ml/vicinal/internal/nearest"
)

// MaxBytes bounds the files that are worth reading.
const MaxBytes = 1 << 20

// maxError bounds the letters of a file that an error spells out.
const maxError = 200

// UnknownKeyError is a key that the struct does not have.
type UnknownKeyError struct {
	File string
	Line int
	Key  string   // with its tables, such as "optimizer.momentun"
	Keys []string // those that are known
}

// Error names the nearest known key, or all of them where none is near.
func (e *UnknownKeyError) Error() string {
	where := fmt.Sprintf("%s:%d: unknown key %.*q", e.File, e.Line, maxError, e.Key)
	// A key at the wrong level is most likely meant as its namesake.
	last := e.Key[strings.LastIndexByte(e.Key, '.')+1:]
	for _, known := range e.Keys {
		if known[strings.LastIndexByte(known, '.')+1:] == last {
			return fmt.Sprintf("%s, did you mean %q?", where, known)
		}
	}
	if hint := nearest.Hint(e.Key, e.Keys); hint != "" {
		return where + hint
	}
	return where + "; known are " + strings.Join(e.Keys, ", ")
}

// Decode reads a file's text into the struct that into points to; what the
// text does not set stays. Keys in hidden are read, but not suggested.
func Decode(file string, text []byte, into any, hidden ...string) error {
	err := toml.NewDecoder(bytes.NewReader(text)).DisallowUnknownFields().Decode(into)
	if missing, ok := errors.AsType[*toml.StrictMissingError](err); ok && len(missing.Errors) > 0 {
		line, _ := missing.Errors[0].Position()
		known := slices.DeleteFunc(Keys(reflect.TypeOf(into).Elem()), func(k string) bool { return slices.Contains(hidden, k) })
		return &UnknownKeyError{File: file, Line: line, Key: strings.Join(missing.Errors[0].Key(), "."), Keys: known}
	}
	if wrong, ok := errors.AsType[*toml.DecodeError](err); ok {
		line, column := wrong.Position()
		return fmt.Errorf("%s:%d:%d: %.*s", file, line, column, maxError, strings.TrimPrefix(wrong.Error(), "toml: "))
	}
	if err != nil && len(err.Error()) > maxError {
		err = fmt.Errorf("%.*s…", maxError, err.Error())
	}
	if err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	return nil
}

// Keys lists the keys of a struct type, sorted, those of tables with their
// table.
func Keys(t reflect.Type) []string {
	all := keys(t, "")
	slices.Sort(all)
	return all
}

func keys(t reflect.Type, prefix string) []string {
	var all []string
	for field := range t.Fields() {
		name, _, _ := strings.Cut(field.Tag.Get("toml"), ",")
		switch {
		case name == "-":
		case field.Anonymous:
			all = append(all, keys(field.Type, prefix)...)
		case field.Type.Kind() == reflect.Struct:
			all = append(all, keys(field.Type, prefix+name+".")...)
		default:
			all = append(all, prefix+name)
		}
	}
	return all
}
