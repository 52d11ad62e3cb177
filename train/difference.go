package train

import (
	"fmt"
	"reflect"
	"strings"
)

// Difference names the first setting of the identity (see [Spec.Hash]) in which
// other, there, differs from s, here, and both values, for people. It is ""
// where the two are the same run.
func (s Spec) Difference(other Spec) string {
	if s.Hash() == other.Hash() {
		return ""
	}
	mine, there := settings(reflect.ValueOf(s.identity()), ""), settings(reflect.ValueOf(other.identity()), "")
	// As they were given, to be shown: the identity has them in another form.
	mineGiven, thereGiven := settings(reflect.ValueOf(s), ""), settings(reflect.ValueOf(other), "")
	for i, own := range mine {
		if !reflect.DeepEqual(own.value, there[i].value) {
			return fmt.Sprintf("%s = %v there, %v here", own.key, thereGiven[i].value, mineGiven[i].value)
		}
	}
	return "no setting differs"
}

// setting is a key of spec.toml and its value.
type setting struct {
	key   string
	value any
}

// settings lists the fields of a struct, those of tables with their table. One
// that would not be written is "not set".
func settings(v reflect.Value, prefix string) []setting {
	var all []setting
	for field, value := range v.Fields() {
		name, options, _ := strings.Cut(field.Tag.Get("toml"), ",")
		if value.Kind() == reflect.Struct {
			all = append(all, settings(value, prefix+name+".")...)
			continue
		}
		own := setting{prefix + name, value.Interface()}
		if empty := value.IsZero() || value.Kind() == reflect.Slice && value.Len() == 0; empty && options == "omitempty" {
			own.value = "not set"
		}
		all = append(all, own)
	}
	return all
}
