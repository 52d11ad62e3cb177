package onednn

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gomlx/compute/support/backendtest"
)

// otherLibrary is a oneDNN 3 that the repository's tools fetch; tests on it are skipped where it is not there.
var otherLibrary = filepath.Join("..", "..", ".tools", "onednn3", "libdnnl.so.3")

// eachLibrary runs a test on the library that the system has and on the other one.
func eachLibrary(t *testing.T, config string, f func(t *testing.T, b *Backend)) {
	t.Helper()
	for _, library := range []string{"", "library=" + otherLibrary} {
		full := strings.Trim(config+","+library, ",")
		name := "system"
		if library != "" {
			name = filepath.Base(otherLibrary)
		}
		t.Run(name, func(t *testing.T) {
			if library != "" {
				if _, err := os.Stat(otherLibrary); err != nil {
					t.Skipf("SKIP: %v; testdata/fetch-onednn3.sh fetches it", err)
				}
			}
			f(t, newTestBackend(t, full))
		})
	}
}

// TestCompliance runs GoMLX's own suite in the ways that the planner can divide a graph.
func TestCompliance(t *testing.T) {
	for _, config := range []string{"", "regions", "everything", "everything,nolayouts,nofusion", "nothing", "copy"} {
		t.Run("config="+config, func(t *testing.T) {
			eachLibrary(t, config, func(t *testing.T, b *Backend) { backendtest.RunAll(t, b, nil) })
		})
	}
	t.Run("config=fallback", func(t *testing.T) { backendtest.RunAll(t, newTestBackend(t, "fallback"), nil) })
}
