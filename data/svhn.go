package data

import (
	"context"
	"fmt"
	"io"

	"github.com/vicinal-ml/vicinal/data/internal/mat5"
)

func svhn() reader {
	return svhnReader("svhn", "House numbers in street views: 99,289 cropped digits of 32x32 pixels",
		"73,257 for training, of which a tenth is drawn for validation, and 26,032 for testing",
		[]string{"train_32x32.mat"}, svhnArchives())
}

// svhnExtra is svhn with the extra part, of simpler digits, in the training part. It takes
// 2 GB of memory, and twice as much while it is read.
func svhnExtra() reader {
	return svhnReader("svhn-extra", "House numbers in street views with the extra part: 630,420 cropped digits of 32x32 pixels",
		"604,388 for training, 531,131 of them the extra part, of which a tenth is drawn for validation, and 26,032 for testing",
		[]string{"train_32x32.mat", "extra_32x32.mat"}, append(svhnArchives(), svhnExtraArchive()))
}

func svhnReader(name, title, split string, train []string, archives []Archive) reader {
	return reader{
		info: Info{
			Name:    name,
			Title:   title,
			Classes: numbers(10),
			Shape:   []int{32, 32, 3},
			Mean:    []float32{0.4377, 0.4438, 0.4728},
			Std:     []float32{0.1980, 0.2010, 0.1970},
			Parts:   split,
			Augment: "crop:4", // mirrored digits are others
			Source:  "http://ufldl.stanford.edu/housenumbers/",
			Licence: "non-commercial use only",
			Citation: "Y. Netzer, T. Wang, A. Coates, A. Bissacco, B. Wu and A. Ng. Reading Digits in Natural Images with " +
				"Unsupervised Feature Learning. NIPS Workshop on Deep Learning and Unsupervised Feature Learning, 2011",
		},
		archives: archives,
		open:     func(ctx context.Context, r request) (*parts, error) { return openSVHN(ctx, r, train) },
	}
}

// openSVHN reads the cropped digits of the files of the training part, and of the
// test part. A tenth of the training part is drawn for validation.
func openSVHN(ctx context.Context, r request, train []string) (*parts, error) {
	f, err := r.find()
	if err != nil {
		return nil, err
	}
	n := &norm{}
	read := func(names ...string) (*images, error) {
		m := &images{h: 32, w: 32, channels: 3, norm: n}
		for _, name := range names {
			err := f.read(func(file io.Reader) error { return m.appendSVHN(withContext(ctx, file)) }, name)
			if err != nil {
				return nil, err
			}
		}
		return m, nil
	}
	trained, err := read(train...)
	if err != nil {
		return nil, err
	}
	test, err := read("test_32x32.mat")
	if err != nil {
		return nil, err
	}
	return &parts{info: r.info, train: trained, test: test, norm: n, validationShare: 1. / 10}, nil
}

// appendSVHN appends the images of a file: X is 32 by 32 by 3 by N, first
// index fastest, y the N labels, where 10 stands for the digit 0.
func (m *images) appendSVHN(file io.Reader) error {
	arrays, err := mat5.Read(file)
	if err != nil {
		return err
	}
	x, y := arrays["X"], arrays["y"]
	if x == nil || y == nil {
		return fmt.Errorf("no arrays X and y")
	}
	values, ok := x.Bytes()
	if s := x.Shape; !ok || len(s) != 4 || s[0] != 32 || s[1] != 32 || s[2] != 3 || s[3] != y.Len() || s[3] == 0 {
		return fmt.Errorf("array X of shape %v and %d labels: want 32 by 32 by 3 by N bytes and N labels", s, y.Len())
	}
	var from [cifarPixels]uint8
	for i := range y.Len() {
		label := y.At(i)
		if label != float64(int(label)) || label < 1 || label > 10 {
			return fmt.Errorf("label %g of image %d is not a whole number in [1, 10]", label, i)
		}
		m.labels = append(m.labels, int32(label)%10)
		to := values[i*cifarPixels:][:cifarPixels]
		copy(from[:], to)
		for j := range to {
			row, column, channel := j/96, j/3%32, j%3
			to[j] = from[channel*1024+column*32+row]
		}
	}
	if m.pix == nil {
		m.pix = values
		return nil
	}
	all := make([]uint8, 0, len(m.pix)+len(values)) // no more than is needed: they are large
	m.pix = append(append(all, m.pix...), values...)
	return nil
}
