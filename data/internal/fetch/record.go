package fetch

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"slices"
	"strings"
	"unicode"

	"github.com/vicinal-ml/vicinal/internal/wholefile"
)

// record, kept beside the part, says what the part is of and how much of it is
// on the disk: after a loss of power the rest of a file may be anything.
type record struct {
	URL string `json:"url"`
	// Validator is what tells the server which version of the file the part is
	// of: a strong ETag or a date of change.
	Validator string `json:"validator,omitempty"`
	Synced    int64  `json:"synced"` // bytes
	// SHA256 is that of the whole file, once it is whole, in hexadecimal.
	SHA256 string `json:"sha256,omitempty"`
}

func (f File) partRecord() string  { return f.part() + ".from" }
func (f File) wholeRecord() string { return f.Dest + ".from" }

// readRecord returns the zero record where there is none that can be read.
func readRecord(path string) (r record) {
	text, err := wholefile.Read(path, 1<<16)
	if err != nil || json.Unmarshal(text, &r) != nil {
		return record{}
	}
	r.Validator = sound(r.Validator)
	return r
}

// sound returns a validator that a header can hold, or "".
func sound(validator string) string {
	if strings.ContainsFunc(validator, unicode.IsControl) {
		return ""
	}
	return validator
}

func (r record) write(path string) error {
	text, err := json.Marshal(r)
	if err != nil {
		return err
	}
	pending, err := wholefile.Prepare(path, bytes.NewReader(text))
	if err != nil {
		return err
	}
	return pending.Commit()
}

// validatorOf returns what an answer says of the file's version, "" for nothing.
func validatorOf(resp *http.Response) string {
	v := resp.Header.Get("ETag")
	if v == "" || strings.HasPrefix(v, "W/") {
		v = resp.Header.Get("Last-Modified")
	}
	return sound(v)
}

// there reports whether Dest is the file, whole, of an earlier download. What
// is there but is not, or may not be, is removed.
func (f File) there() (bool, error) {
	if _, err := os.Stat(f.Dest); errors.Is(err, os.ErrNotExist) {
		return false, nil
	}
	want := f.SHA256
	if want == "" {
		if r := readRecord(f.wholeRecord()); slices.Contains(f.URLs, r.URL) {
			want = r.SHA256
		}
	}
	sum, size, err := Sum(f.Dest)
	if err != nil {
		return false, err
	}
	if want == "" || sum != want || f.Size > 0 && size != f.Size {
		return false, os.Remove(f.Dest)
	}
	return true, nil
}
