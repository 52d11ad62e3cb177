// Package cifartest makes small copies of CIFAR-10 for tests.
package cifartest

import (
	"archive/tar"
	"errors"
	"fmt"
	"image/jpeg"
	"io"
	"os"
	"path"
	"path/filepath"
	"slices"

	"github.com/vicinal-ml/vicinal/data"
)

// record is the size of a label and an image of 3 x 32 x 32 bytes.
const record = 1 + 3*32*32

// WriteBinary writes the first perClass images of each class of a tar of
// train/CLASS/N.jpg and test/CLASS/N.jpg below dir, in the layout of CIFAR-10's
// binary archive.
func WriteBinary(archive, dir string, perClass int) error {
	parts, err := readParts(archive, perClass)
	if err != nil {
		return fmt.Errorf("reading %s: %w", archive, err)
	}
	dir = filepath.Join(dir, "cifar-10-batches-bin")
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(dir, "test_batch.bin"), parts["test"], 0o666); err != nil {
		return err
	}
	fifth := len(parts["train"]) / 5 / record * record
	for i := range 5 {
		name := filepath.Join(dir, fmt.Sprintf("data_batch_%d.bin", i+1))
		if err := os.WriteFile(name, parts["train"][i*fifth:(i+1)*fifth], 0o666); err != nil {
			return err
		}
	}
	return nil
}

// readParts returns the records of "train" and "test".
func readParts(archive string, perClass int) (map[string][]byte, error) {
	info, _, err := data.Describe("cifar10")
	if err != nil {
		return nil, err
	}
	file, err := os.Open(archive)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	parts, seen := map[string][]byte{}, map[string]int{}
	for r := tar.NewReader(file); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return parts, nil
		}
		if err != nil {
			return nil, err
		}
		folder := path.Dir(h.Name)
		label := slices.Index(info.Classes, path.Base(folder))
		if path.Ext(h.Name) != ".jpg" || label < 0 || seen[folder] == perClass {
			continue
		}
		seen[folder]++
		img, err := jpeg.Decode(r)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", h.Name, err)
		}
		part := path.Dir(folder)
		parts[part] = append(parts[part], byte(label))
		for channel := range 3 {
			for i := range 32 * 32 {
				red, green, blue, _ := img.At(i%32, i/32).RGBA()
				parts[part] = append(parts[part], byte([]uint32{red, green, blue}[channel]>>8))
			}
		}
	}
}
