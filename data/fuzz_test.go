package data

import (
	"bytes"
	"compress/gzip"
	"context"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// Whole readers of images: what is read has its pixels and labels, of the set's classes.
func FuzzImages(f *testing.F) {
	mat, err := os.ReadFile("internal/mat5/testdata/compressed.mat")
	if err != nil {
		f.Fatal(err)
	}
	batch, err := os.ReadFile("internal/pickle/testdata/batch-4.pickle")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(uint8(0), mat)
	f.Add(uint8(1), batch)
	f.Add(uint8(2), cifarRecord(3, 9))
	f.Add(uint8(3), digitsFile)
	f.Fuzz(func(t *testing.T, kind uint8, file []byte) {
		m, r := &images{h: 32, w: 32, channels: 3}, bytes.NewReader(file)
		var err error
		switch kind % 4 {
		case 0:
			err = m.appendSVHN(r)
		case 1:
			err = cifar{labels: "labels"}.parsePython(r, m, 10)
		case 2:
			err = cifar{labelBytes: 2}.parseBinary(r, m, 10)
		case 3:
			m.h, m.w, m.channels = 8, 8, 1
			m.pix, m.labels, err = readDigits(r)
		}
		if err != nil {
			return
		}
		if len(m.pix) != m.Len()*m.Size() {
			t.Fatalf("%d values for %d images", len(m.pix), m.Len())
		}
		for i, k := range m.labels {
			if k < 0 || k > 9 {
				t.Fatalf("label %d of image %d", k, i)
			}
		}
	})
}

// The four files of MNIST, two of them any bytes.
func FuzzMNIST(f *testing.F) {
	header := []byte{0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 28, 0, 0, 0, 28}
	image := append(header, make([]byte, 28*28)...)
	// A real image, where Debian's package dataset-fashion-mnist is installed.
	if file, err := os.Open("/usr/share/datasets/fashion-mnist/t10k-images-idx3-ubyte.gz"); err == nil {
		defer file.Close()
		if r, err := gzip.NewReader(file); err == nil {
			if _, err := io.CopyN(io.Discard, r, 16); err == nil {
				_, _ = io.ReadFull(r, image[16:])
			}
		}
	}
	f.Add(image, []byte{0, 0, 8, 1, 0, 0, 0, 1, 9})
	f.Add(header, []byte{0, 0, 8, 1, 255, 255, 255, 255})
	dir := f.TempDir()
	find := &finder{set: "mnist", dirs: []string{dir}}
	f.Fuzz(func(t *testing.T, images, labels []byte) {
		writeAll(t, dir, map[string][]byte{"train-images-idx3-ubyte": images, "train-labels-idx1-ubyte": labels})
		info := mnist().info
		m, err := readMNIST(t.Context(), find, &info, "train")
		if err != nil && !strings.Contains(err.Error(), dir) {
			t.Fatalf("the error does not name its file: %v", err)
		}
		if err == nil && (len(m.pix) != m.Len()*m.Size() || m.Len() == 0) {
			t.Fatalf("%d values for %d images", len(m.pix), m.Len())
		}
	})
}

// A manifest that is read names files of its own folder.
func FuzzManifest(f *testing.F) {
	f.Add([]byte(`{"set":"htru2","archives":[{"file":"htru2.zip","urls":["x"]}],"files":[{"path":"HTRU_2.csv","size":3,"sha256":"` + strings.Repeat("a", 64) + `"}]}`))
	f.Add([]byte(`{"files":[{"path":"../../etc/passwd","size":1}]}`))
	f.Add([]byte(`{"files":[{"size":-1}]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		m, err := parseManifest(text)
		if err != nil {
			return
		}
		for _, file := range m.Files {
			if at := filepath.Join("/sets/one", filepath.FromSlash(file.Path)); !strings.HasPrefix(at, "/sets/one") || file.Size < 0 {
				t.Fatalf("%s, %d bytes", at, file.Size)
			}
		}
	})
}

// A list that is read names each of its files once.
func FuzzSpeechList(f *testing.F) {
	for _, name := range []string{"validation_list.txt", "testing_list.txt"} {
		f.Add(speechFiles()[name])
	}
	f.Add([]byte("right/bb05582b_nohash_0.wav\nright/a1c63f25_nohash_2.wav\r\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		part := make(map[string]*recordings)
		if readList(bytes.NewReader(text), &recordings{}, part) != nil {
			return
		}
		lines := 0
		for line := range strings.Lines(string(text)) {
			if strings.TrimSpace(line) != "" {
				lines++
			}
		}
		if len(part) != lines {
			t.Fatalf("%d files in %d lines", len(part), lines)
		}
	})
}

func FuzzFSDDName(f *testing.F) {
	for _, name := range []string{"0_jackson_0.wav", "9_yweweler_49.wav", "3_a_b_1.wav", "10_x_1.wav", "1__1.wav"} {
		f.Add(name)
	}
	f.Fuzz(func(t *testing.T, name string) {
		digit, n, ok := parseFSDD(name)
		if ok && (digit < 0 || digit > 9 || n < 0 || !strings.HasPrefix(name, string(rune('0'+digit))+"_") || !strings.HasSuffix(name, ".wav")) {
			t.Fatalf("%q is digit %d, number %d", name, digit, n)
		}
	})
}

// Any tree of files opens, or the error says where it is wrong; what opens has each image once.
func FuzzFolder(f *testing.F) {
	jpg := picture(f, "gray.jpg")
	f.Add("train/a/1.jpg\ntrain/b/1.png\nval/a/2.webp\ntest/b/3.JPEG", 0)
	f.Add("a/1.jpg\nb/2.jpg\n.c/x.jpg\na/deeper/3.jpg", 2)
	f.Add("train/n01440764/n01440764_1.JPEG\nval/ILSVRC2012_val_00000001.JPEG\nimagenet_2012_validation_synset_labels.txt", 1)
	f.Add("0_a_0.wav\n0_a_7.wav\n1_b_5.wav", 3)
	f.Add("yes/1.wav\nno/2.wav\n_x/3.wav\ntesting_list.txt\nvalidation_list.txt", 4)
	f.Add("train/yes/1.wav\ntrain/no/2.WAV\nval/no/3.wav\ntrain/no/4.mp3", 5)
	f.Fuzz(func(t *testing.T, tree string, kind int) {
		dir := t.TempDir()
		root, err := os.OpenRoot(dir)
		if err != nil {
			t.Fatal(err)
		}
		defer root.Close()
		for i, name := range strings.SplitN(tree, "\n", 20) {
			content := jpg
			switch filepath.Ext(name) {
			case ".txt":
				content = []byte("n01440764\n")
			case ".wav":
				content = wave(11025, 50)
			}
			// What cannot be a file's name is left out.
			if root.MkdirAll(filepath.Dir(name), 0o700) != nil || root.WriteFile(name, content, 0o600) != nil || i > 20 {
				continue
			}
		}
		name := []string{"folder:" + dir, "imagenet", "folder:" + dir + "?size=7", "fsdd", "speech-commands", "wav:" + dir + "?rate=8000&seconds=0.1"}[((kind%6)+6)%6]
		set, err := Open(context.Background(), name, Options{Dir: dir, Validation: -1})
		if err != nil {
			if !strings.Contains(err.Error(), dir) && !strings.Contains(err.Error(), "data set") {
				t.Fatalf("the error does not name its place: %v", err)
			}
			return
		}
		x := make([]float32, set.Size())
		for _, s := range []Split{set.Train, set.Validation, set.Test} {
			for i, k := range s.Labels() {
				if k < 0 || int(k) >= len(set.Classes) {
					t.Fatalf("label %d of sample %d of %q", k, i, set.Classes)
				}
				if err := s.Read(context.Background(), i, x); err != nil && !strings.Contains(err.Error(), dir) {
					t.Fatalf("the error does not name its file: %v", err)
				}
			}
		}
		if !slices.IsSorted(set.Classes) {
			t.Fatalf("classes %q", set.Classes)
		}
	})
}

// A part of a set's name in any form is refused or opened, never a panic.
func FuzzName(f *testing.F) {
	for _, name := range everywhere {
		f.Add(name)
	}
	f.Add("toy:moons?noise=1&noise=2")
	f.Add("synthetic:1x1x1:1")
	f.Fuzz(func(t *testing.T, name string) {
		if strings.HasPrefix(name, "synthetic") && len(name) > 25 || strings.ContainsAny(name, "/\\") {
			t.Skip("large, or elsewhere on the disk")
		}
		set, err := Open(context.Background(), name, Options{})
		if err == nil && set.Size() < 1 {
			t.Fatalf("%q: samples of shape %v", name, set.Shape)
		}
	})
}
