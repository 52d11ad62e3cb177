package data

import (
	"context"
	"crypto/sha256"
	"fmt"
	"maps"
	"os"
	"slices"
	"sync"
)

// fileSplit is a Split of one file a sample.
type fileSplit interface {
	examined
	// without returns the split without the samples that are marked.
	without(gone []bool) Split
}

func (p *photos) without(gone []bool) Split {
	return &photos{paths: unmarked(p.paths, gone), labels: unmarked(p.labels, gone), crop: p.crop, norm: p.norm}
}

func (s *recordings) without(gone []bool) Split {
	return &recordings{paths: unmarked(s.paths, gone), labels: unmarked(s.labels, gone), form: s.form}
}

func unmarked[T any](all []T, gone []bool) []T {
	var kept []T
	for i, v := range all {
		if !gone[i] {
			kept = append(kept, v)
		}
	}
	return kept
}

// skipBroken reads every file of the parts and leaves out those that are
// broken.
func (p *parts) skipBroken(ctx context.Context, told func(done, files int)) error {
	all := number(p.train, p.validation, p.test)
	for _, part := range all.parts {
		if _, ok := part.Split.(fileSplit); !ok {
			return &OptionError{p.info.Name, "SkipBroken", "it is not one file a sample, so there is none to leave out"}
		}
	}
	broken, err := brokenFiles(ctx, all, told)
	if err != nil {
		return fmt.Errorf("data set %s: %w", p.info.Name, err)
	}
	if len(broken) == 0 {
		return nil
	}
	gone := make([]bool, all.samples)
	for _, b := range broken {
		part, i := all.find(b.sample)
		gone[b.sample] = true
		p.broken = append(p.broken, Broken{part.part, part.Split.(fileSplit).name(i), b.reason})
	}
	for k, part := range all.parts {
		left := part.Split.(fileSplit).without(gone[all.begin[k]:])
		if left.Len() == 0 {
			return fmt.Errorf("data set %s: every %s file is broken, such as %s", p.info.Name, part.part, exampleBroken(p.broken))
		}
		switch part.part {
		case partTrain:
			if class := emptied(part, left, len(p.info.Classes)); class >= 0 {
				return fmt.Errorf("data set %s: every training file of class %q is broken", p.info.Name, p.info.Classes[class])
			}
			p.train = left
		case partValidation:
			p.validation = left
		case partTest:
			p.test = left
		}
	}
	p.remarks = append(p.remarks, fmt.Sprintf("%s left out: %s", countBroken(len(p.broken)), exampleBroken(p.broken)))
	return nil
}

func countBroken(n int) string {
	if n == 1 {
		return "1 broken file is"
	}
	return fmt.Sprintf("%d broken files are", n)
}

// exampleBroken names the first of some files.
func exampleBroken(broken []Broken) string {
	text := fmt.Sprintf("%s (%s)", broken[0].Path, broken[0].Reason)
	if n := len(broken); n > 1 {
		text += fmt.Sprintf(" and %d more", n-1)
	}
	return text
}

// emptied returns the first class that is in one split and not in another, -1
// for none.
func emptied(before, after Split, classes int) int {
	was, is := groups(before.Labels(), classes, before.Len()), groups(after.Labels(), classes, after.Len())
	for k := range was {
		if len(was[k]) > 0 && len(is[k]) == 0 {
			return k
		}
	}
	return -1
}

// brokenFile is a sample whose file is broken.
type brokenFile struct {
	sample int
	reason string
}

// filesKey identifies files as they are: by their paths, sizes and times.
type filesKey [sha256.Size]byte

// knownBroken are the broken files of the sets that this process has read, for
// a comparison opens its set for every run: from filesKey to []brokenFile.
var knownBroken sync.Map

// brokenFiles returns the broken files of the parts.
func brokenFiles(ctx context.Context, all *numbered, told func(done, files int)) ([]brokenFile, error) {
	key, err := keyOf(ctx, all)
	if err != nil {
		return nil, err
	}
	if known, ok := knownBroken.Load(key); ok {
		return known.([]brokenFile), nil
	}
	v, err := examineAll(ctx, all.samples, all.stored, func(done int) {
		if told != nil {
			told(done, all.samples)
		}
	})
	if err != nil {
		return nil, err
	}
	var broken []brokenFile
	for _, k := range slices.Sorted(maps.Keys(v.broken)) {
		broken = append(broken, brokenFile{k, v.broken[k].Error()})
	}
	knownBroken.Store(key, broken)
	return broken, nil
}

// keyOf identifies the files of the parts, and how they are read.
func keyOf(ctx context.Context, all *numbered) (filesKey, error) {
	var paths, read []string
	for _, p := range all.parts {
		files := p.Split.(fileSplit)
		switch files := files.(type) {
		case *recordings:
			read = append(read, fmt.Sprintln(files.form.rate, files.form.seconds))
		case *scenes:
			paths = append(paths, files.labels...)
			read = append(read, fmt.Sprintln(*files.classes, files.size))
		}
		for i := range files.Len() {
			paths = append(paths, files.name(i))
		}
	}
	return filesKeyOf(ctx, paths, read...)
}

// filesKeyOf identifies files, and how they are read.
func filesKeyOf(ctx context.Context, paths []string, read ...string) (filesKey, error) {
	h := sha256.New()
	fmt.Fprintf(h, "%q\n", read)
	for i, path := range paths {
		if i%1024 == 0 && ctx.Err() != nil {
			return filesKey{}, ctx.Err()
		}
		stat, err := os.Stat(path)
		if err != nil {
			fmt.Fprintf(h, "%q %v\n", path, err)
			continue
		}
		fmt.Fprintf(h, "%q %d %d %v\n", path, stat.Size(), stat.ModTime().UnixNano(), stat.Mode())
	}
	return filesKey(h.Sum(nil)), nil
}
