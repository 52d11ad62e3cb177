package data

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"

	"github.com/vicinal-ml/vicinal/data/augment"
)

// folderShare is the share of the training part of a folder that is
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
		{"size", "PIXELS", "the side of the square that is read; 224 by default, and where pixels have labels their own size, or HxW"},
		{"resize", "PIXELS", "what the shorter side is resized to before the square is cut out; 8/7 of size by default"},
	}
}

func folder() reader {
	mean, std := imageNetMoments()
	return reader{
		info: Info{
			Name:    "folder",
			Title:   "Any images (JPEG, PNG, WebP, GIF, BMP, TIFF) in one folder a class, under train, validation and test or at the top; or pictures and labels of their pixels",
			Mean:    mean,
			Std:     std,
			Parts:   "train, val (or validation) and test; of what is missing a tenth of the training part is drawn; val without test is the test part",
			Augment: imageNetAugment,
			Source:  "your files",
			Licence: "unknown",
			Input:   slices.Concat(folderInput(), scenesInput()),
			Tasks:   []Task{Classification, Segmentation},
		},
		form:   "DIR",
		params: slices.Concat(photoParams(), partParams(), sceneParams()),
		open: func(ctx context.Context, r request) (*parts, error) {
			r.info.Source = r.arg
			task, err := r.task(r.info.tasks())
			if err != nil {
				return nil, err
			}
			if task == Segmentation.String() || task == "" && asScenes(&r, r.arg) {
				return openSceneFolder(ctx, &r)
			}
			if r.params["void"] != "" {
				return nil, &OptionError{r.name, "void", fmt.Sprintf("is of no use where pixels have no labels: %s has no folders %s and %s", r.arg, scenePictures, sceneLabels)}
			}
			return openFolder(ctx, r, r.arg, nil)
		},
	}
}

// openSceneFolder reads a folder of pictures whose pixels have labels.
func openSceneFolder(ctx context.Context, r *request) (*parts, error) {
	void, err := sceneVoid(r)
	if err != nil {
		return nil, err
	}
	files, err := readScenes(ctx, r, r.arg)
	if err != nil {
		return nil, err
	}
	names, err := sceneNames(filepath.Join(r.arg, sceneClasses))
	if err != nil {
		return nil, fmt.Errorf("data set %s: %w", r.name, err)
	}
	return openScenes(ctx, r, files, names, void)
}

// folderInput is what "vicinal data show" says a folder of images must look like.
func folderInput() []string {
	return []string{
		"a folder for each class, with its images in it or in folders below: DIR/cat/1.jpg, DIR/dog/2.png",
		"or, where the parts are separate, the folders of the classes in one of each part: DIR/train/cat/1.jpg, DIR/val/cat/2.jpg, DIR/test/cat/3.jpg; what is missing is drawn",
		"JPEG, PNG, WebP, GIF, BMP and TIFF, of any size up to 67 million pixels; of several pictures in one GIF or TIFF the first; pictures are turned upright by their EXIF orientation, transparency is left out",
		"links are followed; hidden files and folders, those of tools (@eaDir, __MACOSX, Thumbs.db, ...) and files of other kinds are left out and counted",
	}
}

// imageFiles is the kind of the files that folders of images hold.
func imageFiles() *fileKind {
	return &fileKind{"image", []string{".jpg", ".jpeg", ".jfif", ".png", ".webp", ".gif", ".bmp", ".tif", ".tiff"}, "folder"}
}

// openFolder reads a tree of images, see readTree. A validation part without a
// test part is the test part, as the literature does with ImageNet's. What is
// missing is a tenth of the training part. Parameters: those of readTree; size is the side of the
// square that is read, resize what the shorter side is resized to before.
func openFolder(ctx context.Context, r request, dir string, flat flatPart) (*parts, error) {
	side, resized := 224., 0.
	if was := r.was(); was.Resize > 0 {
		side, resized = float64(was.Shape[0]), float64(was.Resize)
	}
	size, err := r.params.number(&r, "size", side, 1, 1<<13)
	if err != nil {
		return nil, err
	}
	if resized < size {
		resized = float64(int(size) * 8 / 7)
	}
	resize, err := r.params.number(&r, "resize", resized, size, 1<<14)
	if err != nil {
		return nil, err
	}
	crop := augment.CenterCrop{Side: int(size), Resize: int(resize)}
	t, err := readTree(ctx, r, dir, imageFiles(), flat)
	if err != nil {
		return nil, err
	}
	n := &norm{}
	split := func(b *branch) Split {
		if b == nil {
			return nil
		}
		return &photos{paths: b.paths, labels: b.labels, crop: crop, norm: n}
	}
	p := &parts{
		info: r.info, norm: n, taken: t.taken, testShare: folderShare, validationShare: folderShare,
		train: split(t.train), validation: split(t.validation), test: split(t.test),
	}
	p.info.Shape, p.info.Classes = []int{crop.Side, crop.Side, 3}, t.classes
	if p.test == nil {
		p.test, p.validation = p.validation, nil
	}
	return p, nil
}
