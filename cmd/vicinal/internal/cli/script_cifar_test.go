package cli

import (
	"github.com/rogpeppe/go-internal/testscript"

	"github.com/vicinal-ml/vicinal/internal/cifartest"
)

// cifarFirst writes the first images of each class of CIFAR-10 in the layout of its binary archive:
// cifarfirst FOLDER IMAGES-A-CLASS.
func cifarFirst(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: cifarfirst FOLDER IMAGES-A-CLASS")
	}
	ts.Check(cifartest.WriteFirst(ts.MkAbs(args[0]), number(ts, args[1])))
}
