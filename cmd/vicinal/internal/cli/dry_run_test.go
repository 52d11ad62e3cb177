package cli

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/gobackend"

	"github.com/vicinal-ml/vicinal/study"
)

// A dry run saves nothing, so an interrupted one does not say that it did.
func TestDryRunInterrupted(t *testing.T) {
	spec, err := study.DefaultSpec().Resolve()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	backend := func() (compute.Backend, error) {
		cancel() // while it measures
		return gobackend.New("")
	}
	err = dryRun(&Factory{}, spec, nil, func() (*study.Forecast, error) { return study.Estimate(ctx, spec, backend) }, "folder", "", false)
	var interrupted *InterruptedError
	if !errors.As(err, &interrupted) || strings.Contains(err.Error(), "is saved") || strings.Contains(err.Error(), "folder") {
		t.Errorf("error %v: want that it was interrupted, and nothing of a save", err)
	}
}
