// Command unpack writes the CIFAR sets of VICINAL_TEST_DATA into a folder for VICINAL_TEST_CIFAR, so
// that the tests of one run share it:
//
//	go run ./internal/cifartest/unpack FOLDER
//
// A set that the folder of VICINAL_TEST_DATA has not is told, and left out.
package main

import (
	"errors"
	"fmt"
	"io/fs"
	"log"
	"os"

	"github.com/vicinal-ml/vicinal/internal/cifartest"
)

func main() {
	log.SetFlags(0)
	if len(os.Args) != 2 {
		log.Fatal("usage: unpack FOLDER")
	}
	for _, name := range []string{"cifar10", "cifar100"} {
		switch err := cifartest.Unpack(os.Args[1], name); {
		case errors.Is(err, fs.ErrNotExist):
			fmt.Printf("%s is left out: %v\n", name, err)
		case err != nil:
			log.Fatalf("%s: %v", name, err)
		}
	}
}
