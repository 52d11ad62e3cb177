package data

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// partFolders are the folders of a set's parts, relative to its own; "" is none, "." its own.
type partFolders struct{ train, validation, test string }

// partFolder is the folder of one part.
type partFolder struct {
	part string
	at   *string
}

// each returns the folders of all parts.
func (p *partFolders) each() []partFolder {
	return []partFolder{{partTrain, &p.train}, {partValidation, &p.validation}, {partTest, &p.test}}
}

// of returns the folder of a part.
func (p *partFolders) of(part string) *string {
	for _, f := range p.each() {
		if f.part == part {
			return f.at
		}
	}
	return nil
}

// partNames are the names under which a part is found without being named, the first one first.
func partNames(part string) []string {
	if part == partValidation {
		return []string{"val", "validation", "valid"}
	}
	return []string{part}
}

// partParams name the folders of the parts.
func partParams() []Param {
	return []Param{
		{partTrain, "FOLDER", "the folder of the training part, below that of the set and . for itself; train by default, or . where there is none"},
		{partValidation, "FOLDER", "that of the validation part; val, validation or valid by default"},
		{partTest, "FOLDER", "that of the test part; test by default"},
	}
}

// findParts returns the folders of the parts below dir: those the parameters name, else those of the usual
// names. Folders that look like parts under another name are an error, for nothing else would tell
// that they became classes or were not read.
func findParts(r *request, dir string, kind *fileKind, taken *Taken) (partFolders, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return partFolders{}, fmt.Errorf("data set %s: %w", r.name, err)
	}
	folders, err := classFolders(dir)
	if err != nil {
		return partFolders{}, fmt.Errorf("data set %s: %w", r.name, err)
	}
	where, named, err := namedParts(r, dir)
	if err != nil {
		return where, err
	}
	if where.train != "." {
		if err := usualParts(r, dir, entries, folders, &where); err != nil {
			return where, err
		}
	}
	if !named {
		if err := refuseLookalikes(r, dir, kind, folders, where); err != nil {
			return where, err
		}
	}
	if where.train == "" {
		if where.validation != "" || where.test != "" {
			return where, &OptionError{r.name, partTrain, "is missing: name the folder of the training part, . for " + dir}
		}
		where.train = "."
	}
	if where.train != "." {
		besideParts(dir, entries, where, taken)
	}
	return where, nil
}

// namedParts returns the folders that parameters name.
func namedParts(r *request, dir string) (where partFolders, named bool, err error) {
	for _, f := range where.each() {
		given := r.params[f.part]
		if given == "" {
			continue
		}
		*f.at, named = filepath.Clean(filepath.FromSlash(given)), true
		if !filepath.IsLocal(*f.at) {
			return where, named, &OptionError{r.name, f.part, fmt.Sprintf("%q does not lie in %s", given, dir)}
		}
		if stat, err := os.Stat(filepath.Join(dir, *f.at)); err != nil || !stat.IsDir() {
			return where, named, &OptionError{r.name, f.part, fmt.Sprintf("%s has no folder %s", dir, given)}
		}
	}
	for _, f := range where.each() {
		for _, other := range where.each() {
			if f.part == other.part || *f.at == "" || *other.at == "" || *other.at == "." && *f.at != "." && other.part == partTrain {
				continue
			}
			if inner, err := filepath.Rel(*other.at, *f.at); err == nil && filepath.IsLocal(inner) {
				return where, named, &OptionError{r.name, f.part, fmt.Sprintf("%s lies in that of %s, %s", *f.at, other.part, *other.at)}
			}
		}
	}
	return where, named, nil
}

// usualParts fills in the parts that are not named.
func usualParts(r *request, dir string, entries []os.DirEntry, folders []string, where *partFolders) error {
	for _, f := range where.each() {
		if *f.at != "" || f.part != partTrain && where.train == "" {
			continue
		}
		for _, name := range partNames(f.part) {
			there := slices.ContainsFunc(entries, func(e os.DirEntry) bool { return e.Name() == name })
			switch {
			case there && !slices.Contains(folders, name):
				return fmt.Errorf("data set %s: %s is not a folder", r.name, filepath.Join(dir, name))
			case there && *f.at != "":
				return fmt.Errorf("data set %s: %s has the folders %s and %s: say which one it is, ?%s=%s", r.name, dir, *f.at, name, f.part, *f.at)
			case there:
				*f.at = name
			}
		}
	}
	return nil
}

// besideParts counts what lies beside the folders of the parts.
func besideParts(dir string, entries []os.DirEntry, where partFolders, taken *Taken) {
	for _, e := range entries {
		path := filepath.Join(dir, e.Name())
		folder := isFolder(path, e)
		part := false
		for _, f := range where.each() {
			part = part || firstName(*f.at) == e.Name()
		}
		switch reason := passedOver(e.Name(), folder); {
		case part:
		case reason != "":
			taken.leaveOut(reason, e.Name())
		case folder:
			taken.leaveOut("folder beside the parts", e.Name())
		default:
			taken.leaveOut("file beside the parts", e.Name())
		}
	}
}

// firstName returns the first name of a relative path.
func firstName(path string) string {
	name, _, _ := strings.Cut(filepath.ToSlash(path), "/")
	return name
}
