package cifartest

import (
	"bytes"
	"crypto/md5"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// Unpack writes all records of "cifar10" or "cifar100" below dir, in the folder of the official
// archive, and checks the MD5 of each file. A file that is there and right is left alone. The error
// is fs.ErrNotExist where DataVariable names no copy.
func Unpack(dir, name string) (err error) {
	s, err := setOf(name)
	if err != nil {
		return err
	}
	c, err := openColumns(s)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.close()) }()
	dir = filepath.Join(dir, s.folder)
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	for _, f := range s.files() {
		path := filepath.Join(dir, f.stem+".bin")
		if there, err := os.ReadFile(path); err == nil && f.check(there) == nil {
			continue
		}
		var records bytes.Buffer
		for record, err := range c.records(f.stem) {
			if err != nil {
				return err
			}
			records.Write(record)
		}
		if err := f.check(records.Bytes()); err != nil {
			return fmt.Errorf("%s: %w", s.archive, err)
		}
		if err := os.WriteFile(path, records.Bytes(), 0o666); err != nil {
			return err
		}
	}
	return nil
}

func (f file) check(records []byte) error {
	if sum := fmt.Sprintf("%x", md5.Sum(records)); sum != f.md5 {
		return fmt.Errorf("%s.bin has MD5 %s, want %s", f.stem, sum, f.md5)
	}
	return nil
}
