package data

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/vicinal-ml/vicinal/data/augment"
	"github.com/vicinal-ml/vicinal/internal/humanize"
)

// Names of what lies in a folder of pictures whose pixels have labels.
const (
	scenePictures = "images"
	sceneLabels   = "labels"
	sceneClasses  = "classes.txt"
)

// sceneParams say how the labels of pixels are read.
func sceneParams() []Param {
	return []Param{
		{"void", "NUMBER|none", "where pixels have labels, the label of those that belong to no class; 255 by default"},
		{"task", "classification|segmentation", "whether folders are classes or hold pictures and labels; segmentation by default where images and labels lie side by side"},
	}
}

// scenesInput is what "vicinal data show" says a folder of pictures and labels
// must look like.
func scenesInput() []string {
	return []string{
		"or, where each pixel has a class, the folders images and labels, with a PNG file of labels of the same name and size for each picture: DIR/images/1.jpg and DIR/labels/1.png, or in the folders of the parts: DIR/train/images/1.jpg and DIR/train/labels/1.png; a label is the number of a colour of a palette, or a gray value, and 255 is void (?void=)",
		"names of the classes of pixels stand in DIR/classes.txt, one a line, that of label 0 first; without it they are numbers",
	}
}

// sceneFiles are the pictures and the labels of the parts of a set, in the order
// train, validation, test.
type sceneFiles struct {
	parts []scenePart
	taken *Taken
}

type scenePart struct {
	part  string
	pairs []pair
}

// asScenes reports whether a folder holds pictures and labels side by side, in
// the folder of the training part or itself.
func asScenes(r *request, dir string) bool {
	for _, train := range []string{cmp.Or(r.params[partTrain], partTrain), "."} {
		if isDir(filepath.Join(dir, train, scenePictures)) && isDir(filepath.Join(dir, train, sceneLabels)) {
			return true
		}
	}
	return false
}

func isDir(path string) bool {
	stat, err := os.Stat(path)
	return err == nil && stat.IsDir()
}

// readScenes lists the pairs of a folder in the layouts of scenesInput.
func readScenes(ctx context.Context, r *request, dir string) (*sceneFiles, error) {
	fail := func(err error) (*sceneFiles, error) { return nil, fmt.Errorf("data set %s: %w", r.name, err) }
	entries, err := os.ReadDir(dir)
	if err != nil {
		return fail(err)
	}
	folders, err := classFolders(dir)
	if err != nil {
		return fail(err)
	}
	where, _, err := namedParts(r, dir)
	if err != nil {
		return nil, err
	}
	if where.train == "" && !slices.Contains(folders, partTrain) {
		where.train = "."
	}
	if err := usualParts(r, dir, entries, folders, &where); err != nil {
		return nil, err
	}
	s := &sceneFiles{taken: &Taken{}}
	besideParts(dir, slices.DeleteFunc(entries, func(e os.DirEntry) bool {
		own := e.Name() == scenePictures || e.Name() == sceneLabels
		return e.Name() == sceneClasses || own && where.train == "."
	}), where, s.taken)
	for _, f := range where.each() {
		if *f.at == "" {
			continue
		}
		pairs, err := pairsIn(ctx, dir, filepath.Join(dir, *f.at), s.taken)
		if err != nil {
			return fail(err)
		}
		s.parts = append(s.parts, scenePart{f.part, pairs})
		s.taken.Parts = append(s.taken.Parts, TakenPart{Part: f.part, Dir: *f.at, Pairs: len(pairs)})
	}
	return s, nil
}

// pairsIn lists the pictures of a part with their labels, in the order of their paths.
func pairsIn(ctx context.Context, root, part string, taken *Taken) ([]pair, error) {
	list := func(folder string, kind *fileKind) (map[string]string, []string, error) {
		if !isDir(filepath.Join(part, folder)) {
			return nil, nil, fmt.Errorf("%s has no folder %s: where pixels have labels, %s lie in %s and their labels in %s", part, folder, imageFiles(), scenePictures, sceneLabels)
		}
		w, err := newWalker(ctx, root, part, kind, taken)
		if err != nil {
			return nil, nil, err
		}
		b := &branch{dir: part}
		if err := w.list(b, []string{folder}, []string{folder}); err != nil {
			return nil, nil, err
		}
		byName, names := make(map[string]string), make([]string, len(b.paths))
		for i, path := range b.paths {
			inner, err := filepath.Rel(filepath.Join(part, folder), path)
			if err != nil {
				return nil, nil, err
			}
			name := strings.TrimSuffix(inner, filepath.Ext(inner))
			if other := byName[name]; other != "" {
				return nil, nil, fmt.Errorf("%s and %s differ in their endings alone: which of them the labels are of is not told", other, path)
			}
			byName[name], names[i] = path, name
		}
		return byName, names, nil
	}
	pictures, names, err := list(scenePictures, imageFiles())
	if err != nil {
		return nil, err
	}
	labels, labelNames, err := list(sceneLabels, &fileKind{"label", []string{".png"}, "folder"})
	if err != nil {
		return nil, err
	}
	var pairs []pair
	for _, name := range names {
		if labels[name] == "" {
			return nil, fmt.Errorf("%s has no labels: there is no %s", pictures[name], filepath.Join(part, sceneLabels, name+".png"))
		}
		pairs = append(pairs, pair{pictures[name], labels[name]})
	}
	for _, name := range labelNames {
		if pictures[name] == "" {
			if relative, err := filepath.Rel(root, labels[name]); err == nil {
				taken.leaveOut("labels without a picture", relative)
			}
		}
	}
	return pairs, nil
}

// sceneNames reads the names of the classes, nil where there is no file of them.
func sceneNames(path string) (names []string, err error) {
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	err = readFile(path, func(r io.Reader) error {
		lines := bufio.NewScanner(io.LimitReader(r, 1<<20))
		for lines.Scan() {
			names = append(names, strings.TrimSpace(strings.TrimPrefix(lines.Text(), "\ufeff")))
		}
		return lines.Err()
	})
	for len(names) > 0 && names[len(names)-1] == "" {
		names = names[:len(names)-1]
	}
	for i, name := range names {
		switch before := slices.Index(names, name); {
		case err != nil:
		case name == "":
			err = fmt.Errorf("%s:%d: a line without a name: line %d names label %d", path, i+1, i+1, i)
		case before < i:
			err = fmt.Errorf("%s:%d: %q is the name of label %d already", path, i+1, name, before)
		}
	}
	switch {
	case err != nil:
		return nil, err
	case len(names) == 0:
		return nil, fmt.Errorf("%s has no names", path)
	case len(names) > maxPixelClasses:
		return nil, fmt.Errorf("%s has %d names, at most %d are read", path, len(names), maxPixelClasses)
	}
	return names, nil
}

// openScenes makes the parts of a set of pairs. names are those of the labels in
// turn, void among them, nil where they are numbers; void is -1 for none.
func openScenes(ctx context.Context, r *request, files *sceneFiles, names []string, void int) (*parts, error) {
	var pairs []pair
	for _, p := range files.parts {
		pairs = append(pairs, p.pairs...)
	}
	was := r.was()
	size, err := sceneSize(r)
	if err != nil {
		return nil, err
	}
	var look *sceneLook
	if size.H == 0 || names == nil && was.Classes == nil || fewFiles(pairs) {
		if look, err = lookAt(ctx, pairs, r.opt.SkipBroken || r.opt.lenient); err != nil {
			return nil, fmt.Errorf("data set %s: %w", r.name, err)
		}
	}
	if size.H == 0 {
		h, w, err := look.common(pairs)
		if err != nil {
			return nil, &OptionError{r.name, "size", err.Error()}
		}
		if max(h, w) > maxSceneSide {
			return nil, &OptionError{r.name, "size", fmt.Sprintf("is needed, as pictures have %d rows and %d columns: at most %d are trained on", h, w, maxSceneSide)}
		}
		size = augment.Resize{H: h, W: w}
	}
	classes, err := sceneClassNames(r, look, names, void)
	if err != nil {
		return nil, err
	}
	table := newClassTable(len(classes), void)
	if look != nil && !r.opt.lenient && !r.opt.SkipBroken {
		if err := look.check(r, table, pairs, len(files.parts[0].pairs), classes, void); err != nil {
			return nil, err
		}
	}
	n := &norm{}
	p := &parts{info: r.info, norm: n, taken: files.taken, testShare: folderShare, validationShare: folderShare}
	p.info.Task, p.info.Tasks, p.info.Classes, p.info.Shape, p.info.Augment = Segmentation, nil, classes, []int{size.H, size.W, 3}, sceneAugment
	for _, part := range files.parts {
		s := &scenes{size: size, classes: table, norm: n}
		for _, pair := range part.pairs {
			s.pictures, s.labels = append(s.pictures, pair.picture), append(s.labels, pair.labels)
		}
		switch part.part {
		case partTrain:
			p.train = s
		case partValidation:
			p.validation = s
		case partTest:
			p.test = s
		}
	}
	if p.test == nil {
		p.test, p.validation = p.validation, nil
	}
	return p, nil
}

// sceneAugment is what moves pictures and labels alike in the literature on
// street scenes.
const sceneAugment = "flip"

// maxSceneSide bounds the rows and the columns of a sample.
const maxSceneSide = 1 << 13

// sceneSize returns the size that is asked for, 0 by 0 where none is.
func sceneSize(r *request) (augment.Resize, error) {
	text := r.params["size"]
	if r.params["resize"] != "" {
		return augment.Resize{}, &OptionError{r.name, "resize", "is of no use where pixels have labels: nothing is cut off; say size=HxW"}
	}
	if text == "" {
		if was := r.was().Shape; len(was) == 3 {
			return augment.Resize{H: was[0], W: was[1]}, nil
		}
		return augment.Resize{}, nil
	}
	first, second, both := strings.Cut(text, "x")
	if !both {
		second = first
	}
	h, err1 := strconv.Atoi(first)
	w, err2 := strconv.Atoi(second)
	if err1 != nil || err2 != nil || min(h, w) < 1 || max(h, w) > maxSceneSide {
		return augment.Resize{}, &OptionError{r.name, "size", fmt.Sprintf("%q is neither a side nor HxW, of at most %d pixels each", text, maxSceneSide)}
	}
	return augment.Resize{H: h, W: w}, nil
}

// sceneVoid reads the parameter void.
func sceneVoid(r *request) (int, error) {
	if r.params["void"] == "none" {
		return -1, nil
	}
	v, err := r.params.number(r, "void", augment.Void, 0, 255)
	if err == nil && v != math.Trunc(v) {
		err = &OptionError{r.name, "void", fmt.Sprintf("%q is not a label", r.params["void"])}
	}
	return int(v), err
}

// sceneClassNames returns the names of the classes, which void is not among.
func sceneClassNames(r *request, look *sceneLook, names []string, void int) ([]string, error) {
	was := r.was().Classes
	switch {
	case names == nil && was != nil:
		return was, nil
	case names == nil:
		for v := range look.largest(void) + 1 {
			names = append(names, strconv.Itoa(v))
		}
	}
	if void >= 0 && void < len(names) {
		names = slices.Delete(slices.Clone(names), void, void+1)
	}
	switch {
	case was != nil && !slices.Equal(names, was):
		return nil, &OptionError{r.name, "Preparation", fmt.Sprintf("pixels of the classes %s, the training data's are %s", humanize.Few(names, 8), humanize.Few(was, 8))}
	case len(names) > maxPixelClasses:
		return nil, fmt.Errorf("data set %s: labels up to %d make more classes than %d: name the one that is void by void=", r.name, len(names)-1, maxPixelClasses)
	case len(names) < 2:
		return nil, fmt.Errorf("data set %s: the labels of all pixels are of one class or of none: two classes at least are needed%s", r.name, voidHint(void))
	}
	return names, nil
}

// voidHint says what is most often wrong where a class is missing.
func voidHint(void int) string {
	if void < 0 {
		return ""
	}
	return fmt.Sprintf("; the label %d is void: where it is a class, as in masks of 0 and 255, write it as 1", void)
}

// check refuses labels that no class has, and training pixels of one class.
func (l *sceneLook) check(r *request, table *classTable, pairs []pair, train int, classes []string, void int) error {
	var seen []string
	for v, first := range l.first {
		switch {
		case first < 0 || table[v] == augment.Void:
		case table[v] == noClass:
			return fmt.Errorf("data set %s: %s has the label %d, which is none of the %d classes, nor void", r.name, pairs[first].labels, v, len(classes))
		case int(first) < train:
			seen = append(seen, classes[table[v]])
		}
	}
	if len(seen) < 2 && r.opt.Preparation == nil {
		return fmt.Errorf("data set %s: every training pixel is of %s or void: two classes at least are needed%s", r.name, strings.Join(append(quoted(seen), "no class")[:1], ""), voidHint(void))
	}
	return nil
}
