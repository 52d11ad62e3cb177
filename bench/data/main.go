// Command data times the project's data loader beside torchvision's, on the
// same files and cores, in turns, and prints both and their ratio:
//
//	go run ./bench/data                       # CIFAR from memory
//	go run ./bench/data -folder IMAGENET/train # and JPEG files
//
// PyTorch and torchvision are installed into the virtual environment of bench
// (-venv). JPEG files are timed with the fast decoder, where libturbojpeg is
// installed, and with Go's, by VICINAL_JPEG=go.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"strings"

	"github.com/vicinal-ml/vicinal/bench/internal/pyenv"
	"github.com/vicinal-ml/vicinal/data"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "data:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	memory := flag.Int("memory", 50_000, "images in memory for the CIFAR case; 0 leaves the case out")
	folder := flag.String("folder", "", "folder of classes of JPEG images to read; \"\" leaves the case out")
	rounds := flag.Int("rounds", 5, "times that each loader is timed, in turns")
	workers := flag.Int("workers", 2, "workers of each loader")
	only := flag.Bool("only", false, "time this project's loader once, and print the images a second and no more")
	python := pyenv.Flags(flag.CommandLine)
	flag.Parse()

	var cases []loaderCase
	if *memory > 0 {
		cases = append(cases, cifar{images: *memory, batch: 128, skip: 20})
	}
	if *folder != "" {
		cases = append(cases, photos{dir: *folder, repeat: 4, batch: 32, skip: 4})
	}
	if *only {
		for _, c := range cases {
			rate, err := c.ours(ctx, *workers)
			if err != nil {
				return err
			}
			fmt.Println(rate)
		}
		return nil
	}
	decoder, err := data.JPEGDecoder()
	if err != nil {
		return err
	}
	interpreter, err := python.Path(ctx)
	if err != nil {
		return err
	}
	fmt.Printf("%d workers each; JPEG by %s here; median of %d rounds (least to most)\n", *workers, decoder, *rounds)
	for _, c := range cases {
		var ours, theirs, ratios, pure, pureRatios []float64
		for range *rounds {
			a, err := c.ours(ctx, *workers)
			if err != nil {
				return err
			}
			b, err := torch(ctx, interpreter, c.arguments(*workers))
			if err != nil {
				return err
			}
			ours, theirs, ratios = append(ours, a), append(theirs, b), append(ratios, a/b)
			if arguments := c.pureGo(*workers); arguments != nil && decoder != "image/jpeg" {
				p, err := withGoDecoder(ctx, arguments)
				if err != nil {
					return err
				}
				pure, pureRatios = append(pure, p), append(pureRatios, p/b)
			}
		}
		fmt.Printf("%s\n  vicinal      %s images/s\n  torchvision  %s images/s\n  ratio        %s\n",
			c, spread(ours, "%.0f"), spread(theirs, "%.0f"), spread(ratios, "%.2f"))
		if pure != nil {
			fmt.Printf("  with Go's JPEG decoder  %s images/s, ratio %s\n", spread(pure, "%.0f"), spread(pureRatios, "%.2f"))
		}
	}
	return nil
}

// spread formats the median, least and most.
func spread(x []float64, format string) string {
	slices.Sort(x)
	return fmt.Sprintf(strings.ReplaceAll("F (F to F)", "F", format), x[len(x)/2], x[0], x[len(x)-1])
}
