package data

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// kaggleFolder is where Kaggle's copy has its folders train, val and test.
var kaggleFolder = filepath.Join("ILSVRC", "Data", "CLS-LOC")

// imagenet reads class folders under train and val, and val as the official archive has it: all
// images in one folder, their classes in the development kit (ILSVRC2012_devkit_t12 beside it, or its
// two files), in Kaggle's LOC_val_solution.csv, or in a list of WordNet identifiers. The official
// validation part is the test part here, as the labels of the official test part were never published.
func imagenet() reader {
	mean, std := imageNetMoments()
	return reader{
		info: Info{
			Name:    "imagenet",
			Title:   "ILSVRC 2012: 1.28 million photographs of 1,000 classes, in one folder a class under train and val",
			Shape:   []int{224, 224, 3},
			Mean:    mean,
			Std:     std,
			Augment: imageNetAugment,
			Parts:   "1,281,167 for training, of which a tenth is drawn for validation, and the official validation part of 50,000 for testing",
			Source:  "https://image-net.org/challenges/LSVRC/2012/ (on request)",
			Licence: "for research and education only, see https://image-net.org/download",
			Citation: "O. Russakovsky et al. ImageNet Large Scale Visual Recognition Challenge. " +
				"International Journal of Computer Vision 115(3):211-252, 2015",
		},
		params: append(photoParams(), partParams()...),
		open: func(ctx context.Context, r request) (*parts, error) {
			f, err := r.find(kaggleFolder)
			if err != nil {
				return nil, err
			}
			train, err := f.path("train")
			if err != nil {
				return nil, err
			}
			dir := filepath.Dir(train)
			truth := []string{dir, filepath.Join(dir, "ILSVRC2012_devkit_t12", "data"), filepath.Join(dir, "val")}
			if root, ok := strings.CutSuffix(dir, kaggleFolder); ok {
				truth = append(truth, root)
			}
			return openFolder(ctx, r, dir, func(b *branch, classes []string) error {
				return b.listFlat(ctx, classes, truth)
			})
		},
	}
}

// listFlat finds the images of a part without folders, in the order of their names; files in
// one of the folders truth tell their classes.
func (b *branch) listFlat(ctx context.Context, classes, truth []string) error {
	dir, kind := b.dir, imageFiles()
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	known, err := findGroundTruth(truth)
	if err != nil {
		return fmt.Errorf("%s: %w", dir, err)
	}
	for _, e := range entries {
		if err := ctx.Err(); err != nil {
			return err
		}
		if passedOver(e.Name(), false) != "" || !kind.takes(e.Name()) {
			continue
		}
		class, err := known.class(e.Name())
		if err != nil {
			return fmt.Errorf("%s: %w", dir, err)
		}
		k, ok := slices.BinarySearch(classes, class)
		if !ok {
			return fmt.Errorf("%s: class %q of %s is not among those of the training part", dir, class, e.Name())
		}
		b.paths, b.labels = append(b.paths, filepath.Join(dir, e.Name())), append(b.labels, int32(k))
	}
	if len(b.paths) == 0 {
		return fmt.Errorf("%s has no %s", dir, kind)
	}
	return nil
}
