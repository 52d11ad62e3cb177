package powercut

import (
	"crypto/sha256"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// inode is a file or a folder, whatever names it has. It is an identity alone:
// what it holds is in a view.
type inode struct{ dir bool }

// view is what is in a folder.
type view struct {
	root    *inode
	data    map[*inode][]byte            // of files; never changed in place
	entries map[*inode]map[string]*inode // of folders
}

func newView() *view {
	return &view{root: &inode{dir: true}, data: make(map[*inode][]byte), entries: make(map[*inode]map[string]*inode)}
}

func (v *view) clone() *view {
	c := &view{v.root, maps.Clone(v.data), make(map[*inode]map[string]*inode, len(v.entries))}
	for dir, entries := range v.entries {
		c.entries[dir] = maps.Clone(entries)
	}
	return c
}

// set makes an entry.
func (v *view) set(s slot, child *inode) {
	if v.entries[s.dir] == nil {
		v.entries[s.dir] = make(map[string]*inode)
	}
	v.entries[s.dir][s.name] = child
}

// load takes what lies in a folder on the disk.
func (v *view) load(dir *inode, path string) error {
	entries, err := os.ReadDir(path)
	if err != nil {
		return err
	}
	for _, e := range entries {
		below, child := filepath.Join(path, e.Name()), &inode{dir: e.IsDir()}
		v.set(slot{dir, e.Name()}, child)
		switch {
		case e.IsDir():
			err = v.load(child, below)
		case e.Type().IsRegular():
			v.data[child], err = os.ReadFile(below)
		default:
			err = fmt.Errorf("%s is neither a file nor a folder", below)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// store writes what is in dir to an empty folder on the disk.
func (v *view) store(dir *inode, path string) error {
	for name, child := range v.entries[dir] {
		below := filepath.Join(path, name)
		var err error
		if child.dir {
			if err = os.Mkdir(below, 0o755); err == nil {
				err = v.store(child, below)
			}
		} else {
			err = os.WriteFile(below, v.data[child], 0o644)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// sums remembers the sums of contents, which views share.
type sums map[*byte]map[int]string

func (s sums) of(content []byte) string {
	if len(content) == 0 {
		return "empty"
	}
	if s[&content[0]] == nil {
		s[&content[0]] = make(map[int]string)
	}
	sum, ok := s[&content[0]][len(content)]
	if !ok {
		sum = fmt.Sprintf("%x", sha256.Sum256(content))
		s[&content[0]][len(content)] = sum
	}
	return sum
}

// listing is a line for each file and folder, with the size and sum of its
// content.
func (v *view) listing(s sums) string {
	var b strings.Builder
	v.list(&b, s, v.root, "")
	return b.String()
}

func (v *view) list(b *strings.Builder, s sums, dir *inode, path string) {
	for _, name := range slices.Sorted(maps.Keys(v.entries[dir])) {
		child := v.entries[dir][name]
		if child.dir {
			fmt.Fprintf(b, "%s%s/\n", path, name)
			v.list(b, s, child, path+name+"/")
			continue
		}
		fmt.Fprintf(b, "%s%s %d %s\n", path, name, len(v.data[child]), s.of(v.data[child]))
	}
}
