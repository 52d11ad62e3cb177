package cifartest

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// WriteFirst writes the first perClass training and test images of each class of CIFAR-10 below dir,
// in the layout of its binary archive. It decodes no more columns than that takes. The error is
// fs.ErrNotExist where DataVariable names no copy.
func WriteFirst(dir string, perClass int) (err error) {
	s, err := setOf("cifar10")
	if err != nil {
		return err
	}
	c, err := openColumns(s)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.close()) }()
	train, err := c.first(s.train, perClass)
	if err != nil {
		return err
	}
	test, err := c.first([]file{s.test}, perClass)
	if err != nil {
		return err
	}
	dir = filepath.Join(dir, s.folder)
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	for i, f := range s.train {
		share := train[len(train)*i/len(s.train) : len(train)*(i+1)/len(s.train)]
		if err := write(dir, f, share); err != nil {
			return err
		}
	}
	return write(dir, s.test, test)
}

// first returns the first perClass records of each class.
func (c *columns) first(files []file, perClass int) ([][]byte, error) {
	var records [][]byte
	seen := map[byte]int{}
	for _, f := range files {
		for record, err := range c.records(f.stem) {
			if err != nil {
				return nil, err
			}
			label := record[c.set.labelBytes-1]
			if seen[label] == perClass {
				continue
			}
			seen[label]++
			if records = append(records, record); len(records) == perClass*c.set.classes {
				return records, nil
			}
		}
	}
	return nil, fmt.Errorf("%s: fewer than %d images of some class", c.set.archive, perClass)
}

func write(dir string, f file, records [][]byte) error {
	var all []byte
	for _, record := range records {
		all = append(all, record...)
	}
	return os.WriteFile(filepath.Join(dir, f.stem+".bin"), all, 0o666)
}
