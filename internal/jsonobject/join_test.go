package jsonobject

import (
	"encoding/json"
	"testing"
)

func TestJoin(t *testing.T) {
	for want, objects := range map[string][]string{
		`{}`: {"{}"}, `{"a":1}`: {"{}", `{"a":1}`, "{}"}, `{"a":1,"b":{"c":2},"d":3}`: {`{"a":1,"b":{"c":2}}`, `{"d":3}`},
	} {
		var parts [][]byte
		for _, object := range objects {
			parts = append(parts, []byte(object))
		}
		if got := string(Join(parts...)); got != want || !json.Valid([]byte(got)) {
			t.Errorf("%q: %s, want %s", objects, got, want)
		}
	}
}
