package cli

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

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/vicinal-ml/vicinal/data"
)

// cifarBinary writes the first images of each class of a tar of train/CLASS/N.jpg and test/CLASS/N.jpg in the
// layout of CIFAR-10's binary archive: cifarbinary TAR FOLDER IMAGES-A-CLASS.
func cifarBinary(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: cifarbinary TAR FOLDER IMAGES-A-CLASS")
	}
	info, _, err := data.Describe("cifar10")
	ts.Check(err)
	archive, err := os.Open(args[0])
	ts.Check(err)
	defer archive.Close()
	records, seen := map[string][]byte{}, map[string]int{}
	for r := tar.NewReader(archive); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		ts.Check(err)
		folder := path.Dir(h.Name)
		label := slices.Index(info.Classes, path.Base(folder))
		if path.Ext(h.Name) != ".jpg" || label < 0 || seen[folder] == number(ts, args[2]) {
			continue
		}
		seen[folder]++
		img, err := jpeg.Decode(r)
		ts.Check(err)
		record := []byte{byte(label)}
		for channel := range 3 {
			for i := range 32 * 32 {
				red, green, blue, _ := img.At(i%32, i/32).RGBA()
				record = append(record, byte([]uint32{red, green, blue}[channel]>>8))
			}
		}
		part := path.Dir(folder)
		records[part] = append(records[part], record...)
	}
	dir := filepath.Join(ts.MkAbs(args[1]), "cifar-10-batches-bin")
	ts.Check(os.MkdirAll(dir, 0o777))
	ts.Check(os.WriteFile(filepath.Join(dir, "test_batch.bin"), records["test"], 0o666))
	fifth := len(records["train"]) / 5 / 3073 * 3073
	for i := range 5 {
		ts.Check(os.WriteFile(filepath.Join(dir, fmt.Sprintf("data_batch_%d.bin", i+1)), records["train"][i*fifth:(i+1)*fifth], 0o666))
	}
}
