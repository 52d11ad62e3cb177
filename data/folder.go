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

// imageNetAugment is that of Goyal et al., 2017.
const imageNetAugment = "rrc:0.08-1,flip,jitter:0.4,lighting:0.1"

// photoParams say which square of an image file is read.
func photoParams() []Param {
	return []Param{
		{"size", "PIXELS", "the side of the square that is read; 224 by default"},
		{"resize", "PIXELS", "what the shorter side is resized to before the square is cut out; 8/7 of size by default"},
	}
}

func folder() reader {
	mean, std := imageNetMoments()
	return reader{
		info: Info{
			Name:    "folder",
			Title:   "Any images (JPEG, PNG, WebP) in one folder a class, under train, validation and test or at the top",
			Mean:    mean,
			Std:     std,
			Parts:   "train, val (or validation) and test; of what is missing a tenth of the training part is drawn; val without test is the test part",
			Augment: imageNetAugment,
			Source:  "your files",
			Licence: "unknown",
		},
		form:   "DIR",
		params: photoParams(),
		open: func(ctx context.Context, r request) (*parts, error) {
			r.info.Source = r.arg
			return openFolder(ctx, r, r.arg, nil)
		},
	}
}

// openFolder reads the layouts DIR/train/CLASS/..., with DIR/val or
// DIR/validation and DIR/test beside it if there are any, and DIR/CLASS/....
// Classes are the sorted names of the folders. A validation part without a
// test part is the test part, as the literature does with ImageNet's. What is
// missing is a tenth of the training part. Parameters: size is the side of the
// square that is read, resize what the shorter side is resized to before.
//
// flat, if it is not nil, lists a validation part without folders; a test part without
// folders, whose labels nobody has, is then left out.
func openFolder(ctx context.Context, r request, dir string, flat func(p *photos, dir string, classes []string) error) (*parts, error) {
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
			bare := false
			if flat != nil && name != "train" {
				folders, err := folders(at)
				if err != nil {
					return nil, err
				}
				bare = len(folders) == 0
			}
			switch {
			case bare && name == "test":
				return nil, nil
			case bare:
				err = flat(p, at, info.Classes)
			default:
				err = p.list(ctx, at, info.Classes)
			}
			if err != nil {
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

// classFolders returns the names of the folders in dir that are not hidden, of
// which there must be one.
func classFolders(dir string) ([]string, error) {
	classes, err := folders(dir)
	if err != nil {
		return nil, err
	}
	if len(classes) == 0 {
		return nil, fmt.Errorf("%s has no folders: images must lie in one folder a class", dir)
	}
	return classes, nil
}

// folders returns the sorted names of the folders in dir that are not hidden.
func folders(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, e := range entries {
		if e.Name()[0] == '.' || e.Type().IsRegular() {
			continue
		}
		if stat, err := os.Stat(filepath.Join(dir, e.Name())); err == nil && stat.IsDir() {
			names = append(names, e.Name())
		}
	}
	return names, nil
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
