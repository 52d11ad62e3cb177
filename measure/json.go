package measure

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// MarshalJSON writes an object of the keys in their order.
func (v Values) MarshalJSON() ([]byte, error) {
	text := []byte{'{'}
	for i, w := range v {
		if i > 0 {
			text = append(text, ',')
		}
		key, err := json.Marshal(w.Key)
		if err != nil {
			return nil, err
		}
		value, err := json.Marshal(w.Value)
		if err != nil {
			return nil, fmt.Errorf("measure %s: %w", w.Key, err)
		}
		text = append(append(append(text, key...), ':'), value...)
	}
	return append(text, '}'), nil
}

// UnmarshalJSON reads an object of numbers in the order in which they stand
// there. Keys that are no measure's, and null, are passed over.
func (v *Values) UnmarshalJSON(text []byte) error {
	*v = nil
	decoder := json.NewDecoder(bytes.NewReader(text))
	opened, err := decoder.Token()
	if err != nil {
		return err
	}
	if opened == nil {
		return nil
	}
	if opened != json.Delim('{') {
		return fmt.Errorf("measures are an object of numbers, not %.20s", text)
	}
	for decoder.More() {
		key, err := decoder.Token()
		if err != nil {
			return err
		}
		var value json.RawMessage
		if err := decoder.Decode(&value); err != nil {
			return err
		}
		name := key.(string) // keys of objects are
		part, _ := PartOf(name)
		if part == "" || string(value) == "null" {
			continue
		}
		var x float64
		if err := json.Unmarshal(value, &x); err != nil {
			return fmt.Errorf("measure %q: %w", name, err)
		}
		*v = append(*v, Value{name, x})
	}
	return nil
}
