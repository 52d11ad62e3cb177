package data

import (
	"context"
	"errors"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/vicinal-ml/vicinal/data/augment"
)

// realData returns the folder called name of real copies, for tests that need
// them: VICINAL_TEST_DATA/name, or the first of others that exists.
func realData(t testing.TB, name string, others ...string) string {
	t.Helper()
	root := os.Getenv("VICINAL_TEST_DATA")
	dirs := others
	if root != "" {
		dirs = append([]string{filepath.Join(root, name)}, others...)
	}
	for _, d := range dirs {
		if _, err := os.Stat(d); err == nil {
			return d
		}
	}
	t.Skipf("SKIP: no real copy of %s: set VICINAL_TEST_DATA to a folder that has it (looked in %s)", name, strings.Join(dirs, ", "))
	return ""
}

// idxFile returns an IDX file of unsigned bytes.
func idxFile(shape []int, values []byte) []byte {
	file := []byte{0, 0, 8, byte(len(shape))}
	for _, d := range shape {
		file = append(file, byte(d>>24), byte(d>>16), byte(d>>8), byte(d))
	}
	return append(file, values...)
}

// smallMNIST writes a set of n training and n test images into a new folder.
func smallMNIST(t testing.TB, n int) string {
	t.Helper()
	dir := t.TempDir()
	for _, part := range []string{"train", "t10k"} {
		pix, labels := make([]byte, n*784), make([]byte, n)
		for i := range labels {
			labels[i] = byte(i % 10)
			pix[i*784] = byte(i)
		}
		for name, file := range map[string][]byte{
			part + "-images-idx3-ubyte":    idxFile([]int{n, 28, 28}, pix),
			part + "-labels-idx1-ubyte.gz": gzipped(t, string(idxFile([]int{n}, labels))),
		} {
			if err := os.WriteFile(filepath.Join(dir, name), file, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	return dir
}

func TestMNISTForms(t *testing.T) {
	dir := smallMNIST(t, 100)
	for _, name := range []string{"mnist", "fashion-mnist", "kmnist"} {
		set := mustOpen(t, name, Options{Dir: dir})
		checkSet(t, set)
		if set.Train.Len() != 90 || set.Validation.Len() != 10 || set.Test.Len() != 100 {
			t.Errorf("%s: %d, %d, %d samples", name, set.Train.Len(), set.Validation.Len(), set.Test.Len())
		}
		var c augment.Canvas
		if err := set.Test.(Images).ReadImage(t.Context(), 7, &c); err != nil || c.Pix[0] != 7 {
			t.Errorf("%s: first pixel of test image 7 is %d, %v", name, c.Pix[0], err)
		}
	}
	// The folders that torchvision makes, named at any height.
	for set, folder := range map[string]string{"mnist": "MNIST", "fashion-mnist": "FashionMNIST", "kmnist": "KMNIST"} {
		root := t.TempDir()
		if err := os.Mkdir(filepath.Join(root, folder), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(dir, filepath.Join(root, folder, "raw")); err != nil {
			t.Fatal(err)
		}
		for _, at := range []string{root, filepath.Join(root, folder), filepath.Join(root, folder, "raw")} {
			if n := mustOpen(t, set, Options{Dir: at}).Test.Len(); n != 100 {
				t.Errorf("%s in %s: %d test samples", set, at, n)
			}
		}
	}
	// The folder of the cache is that of the set's name.
	t.Setenv(HomeVariable, filepath.Dir(dir))
	if err := os.Symlink(dir, filepath.Join(filepath.Dir(dir), "mnist")); err != nil {
		t.Fatal(err)
	}
	mustOpen(t, "mnist", Options{})
	mustOpen(t, "mnist", Options{Dir: filepath.Dir(dir)})
}

func TestMNISTErrors(t *testing.T) {
	write := func(name string, file []byte) func(dir string) error {
		return func(dir string) error { return os.WriteFile(filepath.Join(dir, name), file, 0o600) }
	}
	for _, test := range []struct {
		damage func(dir string) error
		want   string
	}{
		{func(dir string) error { return os.Remove(filepath.Join(dir, "train-images-idx3-ubyte")) }, `no train-images-idx3-ubyte in`},
		{write("t10k-images-idx3-ubyte", idxFile([]int{10, 28, 28}, make([]byte, 100))), "t10k-images-idx3-ubyte: IDX values: 100 bytes where 7840"},
		{write("t10k-images-idx3-ubyte", idxFile([]int{9, 28, 28}, make([]byte, 9*784))), "t10k-labels-idx1-ubyte.gz: [10] labels for 9 images"},
		{write("t10k-images-idx3-ubyte", idxFile([]int{10, 8, 8}, make([]byte, 640))), "want images of 28x28"},
		{write("train-labels-idx1-ubyte", idxFile([]int{10}, []byte{0, 1, 2, 3, 4, 5, 6, 7, 8, 10})), "label 10 of sample 9"},
		{write("train-labels-idx1-ubyte.gz", []byte("not gzipped at all")), "train-labels-idx1-ubyte.gz: gzip: invalid header"},
		{write("train-labels-idx1-ubyte.gz", gzipped(t, string(idxFile([]int{10}, make([]byte, 10))))[:25]), "unexpected EOF"},
	} {
		dir := smallMNIST(t, 10)
		if err := test.damage(dir); err != nil {
			t.Fatal(err)
		}
		_, err := Open(context.Background(), "mnist", Options{Dir: dir})
		if err == nil || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("error %v, want one line with %q", err, test.want)
		}
	}
	t.Setenv(HomeVariable, t.TempDir())
	_, err := Open(context.Background(), "mnist", Options{})
	var missing *MissingError
	if !errors.As(err, &missing) || !strings.Contains(err.Error(), "vicinal data get mnist") {
		t.Errorf("no files: %v", err)
	}
}

func TestFashionMNIST(t *testing.T) {
	set := mustOpen(t, "fashion-mnist", Options{Dir: realData(t, "fashion-mnist", "/usr/share/datasets/fashion-mnist")})
	checkSet(t, set)
	if set.Train.Len() != 54000 || set.Validation.Len() != 6000 || set.Test.Len() != 10000 {
		t.Errorf("%d, %d, %d samples", set.Train.Len(), set.Validation.Len(), set.Test.Len())
	}
	checkMoments(t, set, 1e-3)
}

// checkMoments compares the constants of a set with its training part.
func checkMoments(t *testing.T, set *Set, tolerance float64) {
	t.Helper()
	mean, std := set.Train.(*imagePart).base.(fitter).fit(indices(set.Train))
	for c := range mean {
		if math.Abs(mean[c]-float64(set.Mean[c])) > tolerance || math.Abs(std[c]-float64(set.Std[c])) > tolerance {
			t.Errorf("channel %d: mean %.4f, deviation %.4f; the set says %.4f, %.4f", c, mean[c], std[c], set.Mean[c], set.Std[c])
		}
	}
}
