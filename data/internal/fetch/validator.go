package fetch

import (
	"errors"
	"net/http"
	"os"
	"strings"
)

// A validator, kept beside the part, is what tells the server which version of
// the file the part is of: a strong ETag or a date of change.

func (f File) validatorPath() string { return f.part() + ".from" }

// validator returns the one kept for that URL, "" if there is none.
func (f File) validator(url string) string {
	b, err := os.ReadFile(f.validatorPath())
	if err != nil {
		return ""
	}
	from, validator, _ := strings.Cut(string(b), "\n")
	if from != url {
		return ""
	}
	return validator
}

func (f File) keepValidator(url string, resp *http.Response) error {
	v := resp.Header.Get("ETag")
	if v == "" || strings.HasPrefix(v, "W/") {
		v = resp.Header.Get("Last-Modified")
	}
	if v == "" || strings.ContainsAny(v, "\r\n") {
		if err := os.Remove(f.validatorPath()); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
		return nil
	}
	return os.WriteFile(f.validatorPath(), []byte(url+"\n"+v), 0o644)
}
