package cli

import (
	"github.com/rogpeppe/go-internal/testscript"

	"github.com/vicinal-ml/vicinal/internal/cifartest"
)

// cifarBinary writes the first images of each class of a tar of train/CLASS/N.jpg and test/CLASS/N.jpg in the
// layout of CIFAR-10's binary archive: cifarbinary TAR FOLDER IMAGES-A-CLASS.
func cifarBinary(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: cifarbinary TAR FOLDER IMAGES-A-CLASS")
	}
	ts.Check(cifartest.WriteBinary(args[0], ts.MkAbs(args[1]), number(ts, args[2])))
}
