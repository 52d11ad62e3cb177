package jsonfile

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestDecode(t *testing.T) {
	long := strings.Repeat("1", 5000)
	for name, c := range map[string]struct{ text, want string }{
		"as it is":         {`{"number":1,"inner":{"a":2}}`, ""},
		"no JSON":          {`{"number":`, "unexpected end of JSON input"},
		"another type":     {`{"number":"x"}`, "cannot unmarshal string into"},
		"a long number":    {`{"number":` + long + `}`, "cannot unmarshal number 111"},
		"a long key":       {`{"inner":{"` + strings.Repeat("ä", 5000) + `":"x"}}`, "inner.ää"},
		"too many values":  {`{"x":[` + strings.Repeat("0,", maxValues+1) + `0]}`, "values: at most"},
		"too many objects": {`{"inner":{},"x":{}}`, "it holds 3 objects: at most 2 are read"},
	} {
		t.Run(name, func(t *testing.T) {
			var into struct {
				Number int            `json:"number"`
				Inner  map[string]int `json:"inner"`
			}
			err := Decode([]byte(c.text), 2, &into)
			if c.want == "" {
				if err != nil || into.Number != 1 || into.Inner["a"] != 2 {
					t.Errorf("%+v, %v", into, err)
				}
				return
			}
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Fatalf("%v, want %q", err, c.want)
			}
			if text := err.Error(); len([]rune(text)) > maxError+1 || !utf8.ValidString(text) {
				t.Errorf("%d bytes: %q", len(text), text)
			}
		})
	}
}
