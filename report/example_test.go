package report_test

import (
	"fmt"
	"log"
	"os"
	"path/filepath"

	"github.com/vicinal-ml/vicinal/report"
)

func ExampleBetaPlot() {
	figure, err := report.BetaPlot(1, 0.2, 0.001)
	if err != nil {
		log.Fatal(err)
	}
	dir, err := os.MkdirTemp("", "")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	if err := figure.Save(filepath.Join(dir, "beta.svg")); err != nil {
		log.Fatal(err)
	}
	fmt.Println(figure.Alt)
	// Output:
	// Density of Beta(a, a) over the weight from 0 to 1, logarithmic. The smaller a is, the more of the mass lies at the ends, where mixup is ERM. Within 0.01 of 0 or 1 lie 2 % for a = 1, 42 % for a = 0.2, 99.5 % for a = 0.001.
}
