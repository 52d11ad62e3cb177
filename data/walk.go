package data

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// walker lists the files of one part. Links are followed after everything that lies in the part itself,
// and each folder is read once, so that links lead neither in circles nor to a file twice.
type walker struct {
	ctx   context.Context
	root  string // the set's folder, as the user wrote it
	real  string // the same without links
	kind  *fileKind
	taken *Taken
	seen  map[string]bool // folders read, by their paths without links
}

// link is a link to a folder, met on the way.
type link struct {
	class int    // index of the class's folder
	path  string // of the link
	real  string // of the folder
}

func newWalker(ctx context.Context, root, part string, kind *fileKind, taken *Taken) (*walker, error) {
	w := &walker{ctx: ctx, root: root, kind: kind, taken: taken, seen: make(map[string]bool)}
	var err error
	if w.real, err = realPath(root); err != nil {
		return nil, err
	}
	at, err := realPath(part)
	w.seen[w.real], w.seen[at] = true, true
	return w, err
}

// list appends the files of the class folders named present to b, in the order of their paths.
func (w *walker) list(b *branch, present, classes []string) error {
	found, links := make([][]string, len(present)), []link(nil)
	for i, name := range present {
		if _, known := slices.BinarySearch(classes, name); !known {
			return fmt.Errorf("%s: class %q is not among those of the training part", b.dir, name)
		}
		if err := w.enter(filepath.Join(b.dir, name), i, &found[i], &links); err != nil {
			return err
		}
	}
	linked := make([]bool, len(present))
	for len(links) > 0 {
		l := links[0]
		links = links[1:]
		if w.seen[l.real] || w.above(l.real) {
			w.leaveOut("link to a folder that is read already", l.path)
			continue
		}
		if err := w.walk(l.path, l.real, l.class, &found[l.class], &links); err != nil {
			return err
		}
		linked[l.class] = true
	}
	for i, name := range present {
		if linked[i] {
			slices.SortFunc(found[i], comparePaths)
		}
		if len(found[i]) == 0 {
			return fmt.Errorf("%s has no %s%s", filepath.Join(b.dir, name), w.kind, w.instead())
		}
		k, _ := slices.BinarySearch(classes, name)
		b.paths = append(b.paths, found[i]...)
		b.labels = append(b.labels, slices.Repeat([]int32{int32(k)}, len(found[i]))...)
	}
	return nil
}

// others counts what lies beside the class folders.
func (w *walker) others(dir string) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return // the classes were just read from it
	}
	for _, e := range entries {
		path := filepath.Join(dir, e.Name())
		folder := isFolder(path, e)
		if reason := passedOver(e.Name(), folder); reason != "" {
			w.leaveOut(reason, path)
		} else if !folder {
			reason := w.kind.none(e.Name())
			if w.kind.takes(e.Name()) {
				reason = w.kind.name + " in no class"
			}
			w.leaveOut(reason, path)
		}
	}
}

// enter reads a class's folder, or queues it if it is a link.
func (w *walker) enter(path string, class int, found *[]string, links *[]link) error {
	stat, err := os.Lstat(path)
	if err != nil {
		return err
	}
	real, err := realPath(path)
	if err != nil {
		return err
	}
	if stat.Mode()&os.ModeSymlink != 0 {
		*links = append(*links, link{class, path, real})
		return nil
	}
	return w.walk(path, real, class, found, links)
}

// walk reads the folder at path, which is real without links.
func (w *walker) walk(path, real string, class int, found *[]string, links *[]link) error {
	if err := w.ctx.Err(); err != nil {
		return err
	}
	w.seen[real] = true
	entries, err := os.ReadDir(path)
	if err != nil {
		return err
	}
	for _, e := range entries {
		at := filepath.Join(path, e.Name())
		mode := e.Type()
		linked := mode&os.ModeSymlink != 0
		if reason := passedOver(e.Name(), mode.IsDir()); reason != "" {
			w.leaveOut(reason, at)
			continue
		}
		if linked {
			stat, err := os.Stat(at)
			if err != nil {
				w.leaveOut("broken link", at)
				continue
			}
			mode = stat.Mode().Type()
		}
		switch inner := filepath.Join(real, e.Name()); {
		case mode.IsDir() && linked:
			if inner, err = realPath(at); err != nil {
				return err
			}
			*links = append(*links, link{class, at, inner})
		case mode.IsDir() && w.seen[inner]:
			w.leaveOut("folder that a link led to already", at)
		case mode.IsDir():
			if err := w.walk(at, inner, class, found, links); err != nil {
				return err
			}
		case !w.kind.takes(e.Name()):
			w.leaveOut(w.kind.none(e.Name()), at)
		case !mode.IsRegular():
			w.leaveOut("no regular file", at)
		default:
			*found = append(*found, at)
		}
	}
	return nil
}

// above reports whether a folder, without links, holds the set's own.
func (w *walker) above(folder string) bool {
	return strings.HasPrefix(w.real+string(filepath.Separator), strings.TrimSuffix(folder, string(filepath.Separator))+string(filepath.Separator))
}

// instead says what was left out, for the error where nothing was taken.
func (w *walker) instead() string {
	if len(w.taken.LeftOut) == 0 {
		return ""
	}
	hint := ""
	for _, other := range []*fileKind{imageFiles(), recordingFiles()} {
		if other.set != w.kind.set && slices.ContainsFunc(w.taken.LeftOut, func(l LeftOut) bool { return other.takes(l.Example) }) {
			hint = fmt.Sprintf("; %s are read by %s:DIR", other, other.set)
		}
	}
	return "; left out: " + w.taken.LeftOutText() + hint
}

func (w *walker) leaveOut(reason, path string) {
	relative, err := filepath.Rel(w.root, path)
	if err != nil {
		relative = path
	}
	w.taken.leaveOut(reason, relative)
}

// realPath returns the absolute path of a file without links.
func realPath(path string) (string, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	return filepath.EvalSymlinks(path)
}

// comparePaths orders paths as a walk through their folders does: by one name after the other.
func comparePaths(a, b string) int {
	for i := range min(len(a), len(b)) {
		if a[i] == b[i] {
			continue
		}
		switch {
		case a[i] == filepath.Separator:
			return -1
		case b[i] == filepath.Separator:
			return 1
		}
		return cmp.Compare(a[i], b[i])
	}
	return cmp.Compare(len(a), len(b))
}
