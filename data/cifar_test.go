package data

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/vicinal-ml/vicinal/data/augment"
	"github.com/vicinal-ml/vicinal/internal/cifartest"
)

// cifarRecord is a binary record whose pixel (y, x) of channel c is
// label + 64*c + y + x.
func cifarRecord(labels ...byte) []byte {
	record := slices.Clone(labels)
	for c := range 3 {
		for y := range 32 {
			for x := range 32 {
				record = append(record, labels[len(labels)-1]+byte(64*c+y+x))
			}
		}
	}
	return record
}

func writeAll(t testing.TB, dir string, files map[string][]byte) {
	t.Helper()
	for name, file := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, file, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func TestCIFARBinary(t *testing.T) {
	dir := t.TempDir()
	var ten, hundred []byte
	for k := range byte(100) {
		ten = append(ten, cifarRecord(k%10)...)
		hundred = append(hundred, cifarRecord(k/5, k)...)
	}
	files := map[string][]byte{
		"cifar-10-batches-bin/test_batch.bin": ten,
		"cifar-100-binary/train.bin":          bytes.Repeat(hundred, 2),
		"cifar-100-binary/test.bin":           hundred,
	}
	for _, n := range "12345" {
		files["cifar-10-batches-bin/data_batch_"+string(n)+".bin"] = ten
	}
	writeAll(t, dir, files)
	for name, train := range map[string]int{"cifar10": 450, "cifar100": 180} {
		set := mustOpen(t, name, Options{Dir: dir})
		checkSet(t, set)
		if set.Train.Len() != train || set.Test.Len() != 100 {
			t.Errorf("%s: %d training, %d test samples", name, set.Train.Len(), set.Test.Len())
		}
		var c augment.Canvas
		if err := set.Test.(Images).ReadImage(t.Context(), 3, &c); err != nil {
			t.Fatal(err)
		}
		if label := set.Test.Labels()[3]; label != 3 {
			t.Errorf("%s: test image 3 has label %d", name, label)
		}
		for i, p := range c.Pix {
			if want := byte(3 + 64*(i%3) + i/96 + i/3%32); p != want {
				t.Fatalf("%s: value %d is %d, want %d", name, i, p, want)
			}
		}
	}
}

func TestCIFARPython(t *testing.T) {
	batch, err := os.ReadFile("internal/pickle/testdata/batch-2.pickle")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	files := map[string][]byte{"cifar-10-batches-py/test_batch": batch}
	for _, n := range "12345" {
		files["cifar-10-batches-py/data_batch_"+string(n)] = batch
	}
	writeAll(t, dir, files)
	set := mustOpen(t, "cifar10", Options{Dir: dir})
	checkSet(t, set)
	// Byte j of the planes of the second image is 7 (3072 + j) mod 256.
	var c augment.Canvas
	if err := set.Test.(Images).ReadImage(t.Context(), 1, &c); err != nil {
		t.Fatal(err)
	}
	for i, p := range c.Pix {
		if want := byte(7 * (3072 + i%3*1024 + i/3)); p != want {
			t.Fatalf("value %d is %d, want %d", i, p, want)
		}
	}
	if labels := set.Test.Labels(); !slices.Equal(labels, []int32{3, 8}) {
		t.Errorf("labels %v, want [3 8]", labels)
	}
}

func TestCIFARErrors(t *testing.T) {
	for _, test := range []struct {
		file, name string
		text       []byte
		want       string
	}{
		{"data_batch_3.bin", "cifar10", cifarRecord(1)[:3000:3000], "data_batch_3.bin: record 0: 3000 bytes where 3073 should be"},
		{"data_batch_3.bin", "cifar10", nil, "record 0: 0 bytes"},
		{"test_batch.bin", "cifar10", append(cifarRecord(1), cifarRecord(10)...), "test_batch.bin: record 1: label 10 is not in [0, 10)"},
		{"test_batch", "cifar10", []byte("N."), `test_batch: not a dict with an array "data"`},
		{"test_batch", "cifar10", []byte("cos\nsystem\n)R."), `refers to "os.system"`},
		{"test_batch", "cifar10", []byte("\x80"), "pickle, byte 0, opcode"},
	} {
		dir := t.TempDir()
		files := map[string][]byte{test.file: test.text}
		for _, n := range "12345" {
			files["data_batch_"+string(n)+".bin"] = cifarRecord(0)
			files["data_batch_"+string(n)] = []byte("N.")
		}
		if strings.HasSuffix(test.file, ".bin") {
			files["test_batch.bin"] = cifarRecord(0)
		} else {
			files["data_batch_1"] = test.text
		}
		files[test.file] = test.text
		writeAll(t, dir, files)
		_, err := Open(context.Background(), test.name, Options{Dir: dir})
		want := strings.ReplaceAll(test.want, "test_batch: not", "data_batch_1: not")
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", test.file, err, want)
		}
	}
}

func TestCIFAR10(t *testing.T) {
	if testing.Short() {
		t.Skip("SKIP: reading all of CIFAR-10 takes long under the race detector")
	}
	set := mustOpen(t, "cifar10", Options{Dir: cifartest.Folder(t, "cifar10")})
	checkSet(t, set)
	if set.Train.Len() != 45_000 || set.Validation.Len() != 5_000 || set.Test.Len() != 10_000 {
		t.Errorf("%d, %d, %d samples", set.Train.Len(), set.Validation.Len(), set.Test.Len())
	}
	checkMoments(t, set, 1e-3)
}

// There are 100 training and 50 test images of each class.
func TestCIFAR100(t *testing.T) {
	if testing.Short() {
		t.Skip("SKIP: reading CIFAR-100 takes long under the race detector")
	}
	set := mustOpen(t, "cifar100", Options{Dir: cifartest.Folder(t, "cifar100")})
	checkSet(t, set)
	if set.Train.Len() != 9_000 || set.Validation.Len() != 1_000 || set.Test.Len() != 5_000 {
		t.Errorf("%d, %d, %d samples", set.Train.Len(), set.Validation.Len(), set.Test.Len())
	}
	perClass := make([]int, 100)
	for _, label := range set.Test.Labels() {
		perClass[label]++
	}
	if slices.Min(perClass) != 50 || slices.Max(perClass) != 50 {
		t.Errorf("test images a class: %v, want 50 of each", perClass)
	}
	// A fifth of the images has the moments of all of them to within a few hundredths.
	checkMoments(t, set, 0.02)
}

func FuzzCIFARBinary(f *testing.F) {
	f.Add(cifarRecord(3), 1)
	f.Add(cifarRecord(3, 9), 2)
	f.Fuzz(func(t *testing.T, file []byte, labelBytes int) {
		c := cifar{labelBytes: 1 + labelBytes&1}
		m := &images{h: 32, w: 32, channels: 3}
		if err := c.parseBinary(bytes.NewReader(file), m, 10); err == nil && len(m.pix) != len(m.labels)*cifarPixels {
			t.Fatalf("%d pixels for %d labels", len(m.pix), len(m.labels))
		}
	})
}
