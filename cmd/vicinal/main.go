// Command vicinal trains the same network on the same data with ERM, SamplePairing and mixup,
// and shows which one generalises better.
package main

import (
	"os"

	"github.com/vicinal-ml/vicinal/cmd/vicinal/internal/cli"
)

func main() { os.Exit(cli.Main(os.Args[1:])) }
