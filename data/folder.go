package data

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/vicinal-ml/vicinal/data/augment"
)

// folderShare is the share of the training part of an image folder that is
// drawn where it has no test or no validation part.
const folderShare = 1. / 10

// imageNetMoments returns the published mean and deviation of ImageNet's
// pixels, which all image folders use: measuring them would read every file.
func imageNetMoments() (mean, std []float32) {
	return []float32{0.485, 0.456, 0.406}, []float32{0.229, 0.224, 0.225}
}

func folder() reader {
	mean, std := imageNetMoments()
	return reader{
		info: Info{
			Name:    "folder",
			Title:   "Any images (JPEG, PNG, WebP) in one folder a class, under train, validation and test or at the top",
			Mean:    mean,
			Std:     std,
			Source:  "your files",
			Licence: "unknown",
		},
		form:   "DIR",
		params: "size=224, resize=SIZE*8/7",
		open: func(ctx context.Context, r request) (*parts, error) {
			r.info.Source = r.arg
			return openFolder(ctx, r, r.arg)
		},
	}
}

func imagenet() reader {
	mean, std := imageNetMoments()
	return reader{
		info: Info{
			Name:    "imagenet",
			Title:   "ILSVRC 2012: 1.28 million photographs of 1,000 classes, in one folder a class under train and val",
			Shape:   []int{224, 224, 3},
			Mean:    mean,
			Std:     std,
			Source:  "https://image-net.org/challenges/LSVRC/2012/ (on request)",
			Licence: "for research and education only, see https://image-net.org/download",
			Citation: "O. Russakovsky et al. ImageNet Large Scale Visual Recognition Challenge. " +
				"International Journal of Computer Vision 115(3):211-252, 2015",
		},
		params: "size=224, resize=SIZE*8/7",
		open: func(ctx context.Context, r request) (*parts, error) {
			f, err := r.find("ILSVRC/Data/CLS-LOC")
			if err != nil {
				return nil, err
			}
			train, err := f.path("train")
			if err != nil {
				return nil, err
			}
			return openFolder(ctx, r, filepath.Dir(train))
		},
	}
}

// openFolder reads the layouts DIR/train/CLASS/..., with DIR/val or
// DIR/validation and DIR/test beside it if there are any, and DIR/CLASS/....
// Classes are the sorted names of the folders. A validation part without a
// test part is the test part, as the literature does with ImageNet's. What is
// missing is a tenth of the training part. Parameters: size is the side of the
// square that is read, resize what the shorter side is resized to before.
func openFolder(ctx context.Context, r request, dir string) (*parts, error) {
	size, err := r.params.number(&r, "size", 224, 1, 1<<13)
	if err != nil {
		return nil, err
	}
	resize, err := r.params.number(&r, "resize", float64(int(size)*8/7), size, 1<<14)
	if err != nil {
		return nil, err
	}
	crop := augment.CenterCrop{Side: int(size), Resize: int(resize)}
	info := r.info
	info.Shape = []int{crop.Side, crop.Side, 3}
	n := &norm{}
	read := func(names ...string) (Split, error) {
		for _, name := range names {
			at := filepath.Join(dir, name)
			if stat, err := os.Stat(at); errors.Is(err, fs.ErrNotExist) {
				continue
			} else if err != nil {
				return nil, err
			} else if !stat.IsDir() {
				return nil, fmt.Errorf("%s is not a folder", at)
			}
			p := &photos{crop: crop, norm: n}
			if info.Classes == nil {
				if info.Classes, err = classFolders(at); err != nil {
					return nil, err
				}
			}
			if err := p.list(ctx, at, info.Classes); err != nil {
				return nil, err
			}
			return p, nil
		}
		return nil, nil
	}
	p := &parts{norm: n, testShare: folderShare, validationShare: folderShare}
	if p.train, err = read("train", "."); err != nil {
		return nil, fmt.Errorf("data set %s: %w", r.name, err)
	}
	if p.train == nil {
		return nil, fmt.Errorf("data set %s: no folder %s", r.name, dir)
	}
	if _, err := os.Stat(filepath.Join(dir, "train")); err == nil {
		if p.validation, err = read("val", "validation", "valid"); err == nil {
			p.test, err = read("test")
		}
		if err != nil {
			return nil, fmt.Errorf("data set %s: %w", r.name, err)
		}
	}
	if p.test == nil {
		p.test, p.validation = p.validation, nil
	}
	p.info = info
	return p, nil
}

// classFolders returns the names of the folders in dir that are not hidden.
func classFolders(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var classes []string
	for _, e := range entries {
		if stat, err := os.Stat(filepath.Join(dir, e.Name())); err == nil && stat.IsDir() && e.Name()[0] != '.' {
			classes = append(classes, e.Name())
		}
	}
	if len(classes) == 0 {
		return nil, fmt.Errorf("%s has no folders: images must lie in one folder a class", dir)
	}
	return classes, nil
}

// list finds the images in dir, in the order of their paths.
func (p *photos) list(ctx context.Context, dir string, classes []string) error {
	present, err := classFolders(dir)
	if err != nil {
		return err
	}
	for _, name := range present {
		k, known := slices.BinarySearch(classes, name)
		if !known {
			return fmt.Errorf("%s: class %q is not among those of the training part", dir, name)
		}
		root, err := filepath.EvalSymlinks(filepath.Join(dir, name))
		if err != nil {
			return err
		}
		before := len(p.paths)
		err = filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
			if err == nil {
				err = ctx.Err()
			}
			if err == nil && !e.IsDir() && isImage(e.Name()) {
				p.paths, p.labels = append(p.paths, path), append(p.labels, int32(k))
			}
			return err
		})
		if err != nil {
			return err
		}
		if len(p.paths) == before {
			return fmt.Errorf("%s has no images (.jpg, .jpeg, .png, .webp)", root)
		}
	}
	return nil
}

func isImage(name string) bool {
	switch strings.ToLower(filepath.Ext(name)) {
	case ".jpg", ".jpeg", ".png", ".webp":
		return name[0] != '.'
	}
	return false
}
