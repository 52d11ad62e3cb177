package fetch

import (
	"fmt"
	"net/http"
)

// maxRedirects is as many as net/http follows by itself.
const maxRedirects = 10

// insecureError is a redirect from a connection that nobody can change to one
// that anyone on the way can.
type insecureError struct{ from, to string }

func (e *insecureError) Error() string {
	return fmt.Sprintf("%s sends on to %s, which is not encrypted: not followed", e.from, e.to)
}

// follow is a Client's CheckRedirect.
func follow(req *http.Request, via []*http.Request) error {
	last := via[len(via)-1].URL
	switch {
	case last.Scheme == "https" && req.URL.Scheme != "https":
		return &insecureError{last.Redacted(), req.URL.Redacted()}
	case len(via) >= maxRedirects:
		return fmt.Errorf("stopped after %d redirects", maxRedirects)
	}
	return nil
}
