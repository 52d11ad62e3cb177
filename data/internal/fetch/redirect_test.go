package fetch

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestGetRedirects(t *testing.T) {
	plain := serve(t, func(w http.ResponseWriter, r *http.Request, n int) { whole(w, r, `"a"`) })
	secure := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/down":
			http.Redirect(w, r, plain.URL, http.StatusFound)
		case "/across":
			http.Redirect(w, r, "/file", http.StatusFound)
		case "/round":
			http.Redirect(w, r, "/round", http.StatusFound)
		default:
			whole(w, r, `"a"`)
		}
	}))
	defer secure.Close()
	up := serve(t, func(w http.ResponseWriter, r *http.Request, n int) {
		http.Redirect(w, r, secure.URL, http.StatusMovedPermanently)
	})
	for from, want := range map[string]string{
		up.URL:                 "",
		secure.URL + "/across": "",
		secure.URL + "/down":   "is not encrypted: not followed",
		secure.URL + "/round":  "stopped after 10 redirects",
	} {
		f := file(t, from)
		f.SHA256 = ""
		d := downloader(t)
		d.Client = secure.Client()
		err := d.Get(t.Context(), f)
		secure.Client().CloseIdleConnections()
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n")) {
			t.Errorf("%s: %v, want %q", from, err, want)
		}
		if want == "" {
			check(t, f)
		}
	}
	if n := plain.requests.Load(); n != 0 {
		t.Errorf("%d requests in the clear", n)
	}
}
