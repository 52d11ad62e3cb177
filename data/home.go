package data

import (
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/vicinal-ml/vicinal/internal/regular"
)

// HomeVariable is the environment variable that moves the folder of Home.
const HomeVariable = "VICINAL_DATA"

// Home returns the folder with one folder for each downloaded set:
// $VICINAL_DATA, else vicinal/data in the user's cache folder, which is
// $XDG_CACHE_HOME, else ~/.cache, on Linux.
func Home() (string, error) {
	if dir := os.Getenv(HomeVariable); dir != "" {
		return dir, nil
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("no cache folder (set %s): %w", HomeVariable, err)
	}
	return filepath.Join(cache, "vicinal", "data"), nil
}

// MissingError is the error of Open when the files of a set are not there.
type MissingError struct {
	Set  string
	File string   // the first file missed
	Dirs []string // where it was looked for
}

// Error says what is missing, where it was looked for and how to get it.
func (e *MissingError) Error() string {
	return fmt.Sprintf("data set %s: no %s in %s: download it with \"vicinal data get %s\", or name the folder that has it",
		e.Set, e.File, strings.Join(e.Dirs, " or "), e.Set)
}

// finder looks for the files of a set.
type finder struct {
	set  string
	dirs []string
}

// find returns the finder of a request: Options.Dir if given, its folder of
// the set's name before itself, else the set's folder in Home. Each sub names a
// folder in which the set's official archive has its files.
func (r *request) find(sub ...string) (*finder, error) {
	dirs := []string{filepath.Join(r.opt.Dir, r.name), r.opt.Dir}
	if r.opt.Dir == "" {
		home, err := Home()
		if err != nil {
			return nil, fmt.Errorf("data set %s: %w", r.name, err)
		}
		dirs = []string{filepath.Join(home, r.name)}
	}
	f := &finder{set: r.name}
	for _, d := range dirs {
		for _, s := range sub {
			f.dirs = append(f.dirs, filepath.Join(d, s))
		}
		f.dirs = append(f.dirs, d)
	}
	return f, nil
}

// path returns the first of names that is there, looking through one folder
// after the other.
func (f *finder) path(names ...string) (string, error) {
	for _, d := range f.dirs {
		for _, n := range names {
			p := filepath.Join(d, n)
			if _, err := os.Stat(p); err == nil {
				return p, nil
			} else if !errors.Is(err, fs.ErrNotExist) {
				return "", fmt.Errorf("data set %s: %w", f.set, err)
			}
		}
	}
	return "", &MissingError{Set: f.set, File: names[0], Dirs: f.dirs}
}

// read opens the first of names that is there, or its gzipped form, and hands
// it to parse. Errors of parse get the file's name.
func (f *finder) read(parse func(io.Reader) error, names ...string) error {
	var either []string
	for _, n := range names {
		either = append(either, n, n+".gz")
	}
	path, err := f.path(either...)
	if err != nil {
		return err
	}
	return readFile(path, parse)
}

// readFile hands the file at path to parse, decompressed if its name ends in
// .gz.
func readFile(path string, parse func(io.Reader) error) error {
	file, err := regular.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	var r io.Reader = file
	if strings.HasSuffix(path, ".gz") {
		if r, err = gzip.NewReader(file); err != nil {
			return fmt.Errorf("reading %s: %w", path, err)
		}
	}
	if err := parse(r); err != nil {
		return fmt.Errorf("reading %s: %w", path, err)
	}
	return nil
}
