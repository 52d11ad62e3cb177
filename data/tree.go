package data

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/vicinal-ml/vicinal/internal/humanize"
)

// tree is what lies in one folder a class, under a folder for each part or in
// one for all.
type tree struct {
	classes                 []string
	train, validation, test *branch // validation and test are nil where there is none
	taken                   *Taken
}

// branch are the files of a part in the order of their paths, and their labels.
type branch struct {
	dir    string
	paths  []string
	labels []int32
}

// flatPart lists a part whose files lie in one folder for all classes.
type flatPart func(b *branch, classes []string) error

// readTree lists the files of a kind in the layouts DIR/train/CLASS/..., with
// DIR/val, DIR/validation or DIR/valid and DIR/test beside it if there are any, and
// DIR/CLASS/.... Classes are the sorted names of the folders. The parameters
// train, validation and test name the folders of the parts instead; "." is DIR.
//
// flat, if it is not nil, lists a validation part without folders; a test part
// without folders, whose labels nobody has, is then left out.
func readTree(ctx context.Context, r request, dir string, kind *fileKind, flat flatPart) (*tree, error) {
	t := &tree{taken: &Taken{}}
	fail := func(err error) (*tree, error) { return nil, fmt.Errorf("data set %s: %w", r.name, err) }
	if stat, err := os.Stat(dir); err != nil || !stat.IsDir() {
		if err != nil && !os.IsNotExist(err) {
			return fail(err)
		}
		return nil, fmt.Errorf("data set %s: no folder %s", r.name, dir)
	}
	where, err := findParts(&r, dir, kind, t.taken)
	if err != nil {
		return nil, err
	}
	if t.train, err = t.read(ctx, dir, where, partTrain, kind, nil); err != nil {
		return fail(err)
	}
	if err := t.checkClasses(r.name, dir, where.train, kind); err != nil {
		return nil, err
	}
	if t.validation, err = t.read(ctx, dir, where, partValidation, kind, flat); err != nil {
		return fail(err)
	}
	if t.test, err = t.read(ctx, dir, where, partTest, kind, flat); err != nil {
		return fail(err)
	}
	return t, nil
}

// read lists a part below dir, nil where it has no folder. The first part that is read has the classes.
func (t *tree) read(ctx context.Context, dir string, where partFolders, part string, kind *fileKind, flat flatPart) (*branch, error) {
	folder := *where.of(part)
	if folder == "" {
		return nil, nil
	}
	b := &branch{dir: filepath.Join(dir, folder)}
	present, err := classFolders(b.dir)
	if err != nil {
		return nil, err
	}
	if folder == "." {
		present = slices.DeleteFunc(present, func(name string) bool {
			return name == firstName(where.validation) || name == firstName(where.test)
		})
	}
	switch {
	case len(present) == 0 && flat != nil && part == partTest:
		t.taken.leaveOut("folder without classes", folder)
		return nil, nil
	case len(present) == 0 && flat != nil:
		if err := flat(b, t.classes); err != nil {
			return nil, err
		}
	case len(present) == 0:
		hint := ""
		if part == partTrain && folder == partTrain {
			hint = "; say ?train=. if train is itself a class"
		}
		return nil, fmt.Errorf("%s has no folders: %ss must lie in one folder a class%s", b.dir, kind.name, hint)
	default:
		if t.classes == nil {
			t.classes, t.taken.Classes = present, present
		}
		w, err := newWalker(ctx, dir, b.dir, kind, t.taken)
		if err != nil {
			return nil, err
		}
		w.others(b.dir)
		if err := w.list(b, present, t.classes); err != nil {
			return nil, err
		}
	}
	counts := make([]int, len(t.classes))
	for _, k := range b.labels {
		counts[k]++
	}
	t.taken.Parts = append(t.taken.Parts, TakenPart{Part: part, Dir: folder, Counts: counts})
	return b, nil
}

// checkClasses refuses a folder with one class, which is most often the folder
// above the one that was meant.
func (t *tree) checkClasses(name, dir, train string, kind *fileKind) error {
	if len(t.classes) != 1 {
		return nil
	}
	one := filepath.Join(dir, train, t.classes[0])
	inner, err := classFolders(one)
	if err != nil {
		return err
	}
	if len(inner) == 0 {
		return fmt.Errorf("data set %s: %s holds one folder, %s: two classes at least are needed, each in a folder", name, filepath.Join(dir, train), t.classes[0])
	}
	advice := "say " + kind.set + ":" + one
	if train != "." {
		advice = "say ?train=" + filepath.ToSlash(filepath.Join(train, t.classes[0]))
	}
	return fmt.Errorf("data set %s: %s holds one folder, %s, and two classes at least are needed; %s holds %s: %s if those are meant",
		name, filepath.Join(dir, train), t.classes[0], t.classes[0], humanize.Few(inner, 3), advice)
}

// classFolders returns the sorted names of the folders in dir, and of links to folders, that are
// neither hidden nor of a tool.
func classFolders(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, e := range entries {
		if !e.Type().IsRegular() && passedOver(e.Name(), true) == "" && isFolder(filepath.Join(dir, e.Name()), e) {
			names = append(names, e.Name())
		}
	}
	return slices.Clip(names), nil
}

// isFolder reports whether an entry is a folder or a link to one.
func isFolder(path string, e os.DirEntry) bool {
	if e.Type()&os.ModeSymlink == 0 {
		return e.IsDir()
	}
	stat, err := os.Stat(path)
	return err == nil && stat.IsDir()
}
