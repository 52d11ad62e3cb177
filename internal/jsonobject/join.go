// Package jsonobject writes JSON objects whose fields come from several values.
package jsonobject

// Join makes one object of the fields of several, in their order. Each must be
// the text of an object without space around it, as encoding/json writes it.
func Join(objects ...[]byte) []byte {
	joined := []byte{'{'}
	for _, object := range objects {
		fields := object[1 : len(object)-1]
		if len(fields) > 0 && len(joined) > 1 {
			joined = append(joined, ',')
		}
		joined = append(joined, fields...)
	}
	return append(joined, '}')
}
