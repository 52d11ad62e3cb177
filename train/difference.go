package train

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// noIdentity are the settings that [Spec.Hash] leaves out.
var noIdentity = []string{"data_dir", "workers", "checkpoint_every", "keep"}

// difference names the first setting that differs, for people. Where the data
// lies, how many workers read it, how often it is saved and how many saves are
// kept are no differences.
func (s Spec) difference(other Spec) string {
	mine, there := settings(reflect.ValueOf(s), ""), settings(reflect.ValueOf(other), "")
	for i, own := range mine {
		if !slices.Contains(noIdentity, own.key) && !reflect.DeepEqual(own.value, there[i].value) {
			return fmt.Sprintf("%s = %v there, %v here", own.key, there[i].value, own.value)
		}
	}
	return "no setting differs"
}

// setting is a key of spec.toml and its value.
type setting struct {
	key   string
	value any
}

// settings lists the fields of a struct, those of tables with their table.
func settings(v reflect.Value, prefix string) []setting {
	var all []setting
	for field, value := range v.Fields() {
		name, _, _ := strings.Cut(field.Tag.Get("toml"), ",")
		if value.Kind() == reflect.Struct {
			all = append(all, settings(value, prefix+name+".")...)
			continue
		}
		all = append(all, setting{prefix + name, value.Interface()})
	}
	return all
}
