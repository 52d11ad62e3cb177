package onednn

import (
	"fmt"
	"strings"
	"testing"
)

// FuzzOptions reads configurations: an error is one line that names the backend, but for the list that "help" asks for
// and that follows an unknown name.
func FuzzOptions(f *testing.F) {
	for _, seed := range []string{"", "help", "threads=4,deterministic", "threads=0", "threads=-1", "library=", "profile=/tmp/x", "fast", "mixed=", ",,", " fallback ", "threads=99999999999999999999", "=", "\x00", "nofusion=1"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, config string) {
		o, err := parseOptions(config)
		if err == nil {
			if o.threads < 0 || o.threads > 4096 {
				t.Errorf("%q: %d threads", config, o.threads)
			}
			again, err := parseOptions(config + ",deterministic")
			if o.deterministic = true; err != nil || again != o {
				t.Errorf("%q: one option more gives %+v, %v", config, again, err)
			}
			return
		}
		head, list, _ := strings.Cut(err.Error(), "\n")
		if !strings.Contains(head, fmt.Sprintf("%q", BackendName)) {
			t.Errorf("%q: error %q does not name the backend", config, err)
		}
		if list != "" && !strings.Contains(list, "deterministic") {
			t.Errorf("%q: error of several lines %q", config, err)
		}
	})
}
