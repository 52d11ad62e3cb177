package data

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/vicinal-ml/vicinal/data/internal/fetch"
	"github.com/vicinal-ml/vicinal/internal/wholefile"
)

// Problem is a file of a downloaded set that is not as it was.
type Problem struct{ Path, What string }

// Verify compares the files of a downloaded set with those that Get put there,
// by size and SHA-256. home is as in GetOptions. A set that is not there is a
// *MissingError.
func Verify(ctx context.Context, name, home string, progress func(Progress)) (files int, problems []Problem, err error) {
	r, _, err := parse(name)
	if err != nil {
		return 0, nil, err
	}
	if r.archives == nil {
		return 0, nil, &OptionError{name, "verify", "there is nothing to verify: " + r.info.Title}
	}
	if home == "" {
		if home, err = Home(); err != nil {
			return 0, nil, err
		}
	}
	dir := filepath.Join(home, r.info.Name)
	path := filepath.Join(dir, manifestName)
	text, err := wholefile.Read(path, maxManifestBytes)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil, &MissingError{Set: name, File: manifestName, Dirs: []string{dir}}
	}
	if err != nil {
		return 0, nil, fmt.Errorf("data set %s: %w", name, err)
	}
	m, err := parseManifest(text)
	if err != nil {
		return 0, nil, fmt.Errorf("data set %s: reading %s: %w", name, path, err)
	}
	var total, done int64
	for _, f := range m.Files {
		total += f.Size
	}
	for _, f := range m.Files {
		if err := ctx.Err(); err != nil {
			return 0, nil, err
		}
		if progress != nil {
			progress(Progress{"checking", f.Path, done, total})
		}
		done += f.Size
		at := filepath.Join(dir, filepath.FromSlash(f.Path))
		if stat, err := os.Stat(at); err == nil && stat.Size() != f.Size {
			problems = append(problems, Problem{at, fmt.Sprintf("has %d bytes, not %d", stat.Size(), f.Size)})
			continue
		}
		switch sum, _, err := fetch.Sum(at); {
		case errors.Is(err, fs.ErrNotExist):
			problems = append(problems, Problem{at, "is missing"})
		case err != nil:
			problems = append(problems, Problem{at, err.Error()})
		case sum != f.SHA256:
			problems = append(problems, Problem{at, "has other contents: SHA-256 " + sum + ", not " + f.SHA256})
		}
	}
	return len(m.Files), problems, nil
}
