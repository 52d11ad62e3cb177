package data

import (
	"crypto/sha256"
	"os"
)

// partFile is a file of a part, in the order of the parts.
type partFile struct {
	path string
	part int
	size int64
	sum  [sha256.Size]byte
	read bool // whether sum is known
}

// files returns the files of all samples that are there. ok is false where the set has none, or more than most.
func (s *Set) files(most int) (files []partFile, ok bool) {
	splits := []Split{s.Train, s.Validation, s.Test}
	if s.Unlabelled != nil {
		splits = append(splits, s.Unlabelled)
	}
	n := 0
	for _, split := range splits {
		n += split.Len()
	}
	if n == 0 || n > most {
		return nil, false
	}
	files = make([]partFile, 0, n)
	for part, split := range splits {
		for i := range split.Len() {
			path, ok := samplePath(split, i)
			if !ok {
				return nil, false
			}
			// Of what is not there, reading it will say so.
			if stat, err := os.Stat(path); err == nil {
				files = append(files, partFile{path: path, part: part % 3, size: stat.Size()}) // what has no labels is trained on
			}
		}
	}
	return files, true
}

// samplePath returns the file of sample i, false where it has none of its own.
func samplePath(s Split, i int) (string, bool) {
	for p := picked(s); p != nil; p = picked(s) {
		s, i = p.base, int(p.index[i])
	}
	switch s := s.(type) {
	case *photos:
		return s.paths[i], true
	case *scenes:
		return s.pictures[i], true
	case *recordings:
		return s.paths[i], true
	}
	return "", false
}
