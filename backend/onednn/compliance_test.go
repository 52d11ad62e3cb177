package onednn

import (
	"testing"

	"github.com/gomlx/compute/support/backendtest"
)

// TestCompliance runs GoMLX's own suite in the ways that the planner can divide a graph.
func TestCompliance(t *testing.T) {
	for _, config := range []string{"", "regions", "everything", "everything,nolayouts,nofusion", "nothing", "copy", "fallback"} {
		t.Run("config="+config, func(t *testing.T) {
			b, err := New(config)
			if err != nil {
				t.Fatal(err)
			}
			defer b.Finalize()
			backendtest.RunAll(t, b, nil)
		})
	}
}
