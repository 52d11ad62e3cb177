package data

import (
	"context"
	"fmt"
	"io"
	"path/filepath"

	"github.com/vicinal-ml/vicinal/data/internal/idx"
)

const mnistParts = "60,000 for training, of which a tenth is drawn for validation, and 10,000 for testing"

func mnist() reader {
	return reader{
		info: Info{
			Name:    "mnist",
			Title:   "Handwritten digits: 70,000 of 28x28 pixels",
			Classes: numbers(10),
			Shape:   []int{28, 28, 1},
			Mean:    []float32{0.1307},
			Std:     []float32{0.3081},
			Parts:   mnistParts,
			Source:  "http://yann.lecun.com/exdb/mnist/",
			Licence: "CC BY-SA 3.0",
			Citation: "Y. LeCun, L. Bottou, Y. Bengio and P. Haffner. Gradient-based learning applied to document recognition. " +
				"Proceedings of the IEEE 86(11):2278-2324, 1998",
		},
		archives: mnistArchives(),
		open:     openMNIST("MNIST"),
	}
}

func fashionMNIST() reader {
	return reader{
		info: Info{
			Name:    "fashion-mnist",
			Title:   "Articles of clothing: 70,000 of 28x28 pixels",
			Classes: []string{"T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"},
			Shape:   []int{28, 28, 1},
			Mean:    []float32{0.2860},
			Std:     []float32{0.3530},
			Parts:   mnistParts,
			Augment: "crop:4,flip", // Zhong et al., 2017
			Source:  "https://github.com/zalandoresearch/fashion-mnist",
			Licence: "MIT",
			Citation: "H. Xiao, K. Rasul and R. Vollgraf. Fashion-MNIST: a Novel Image Dataset for Benchmarking Machine Learning Algorithms. " +
				"arXiv:1708.07747, 2017",
		},
		archives: fashionArchives(),
		open:     openMNIST("FashionMNIST"),
	}
}

func kmnist() reader {
	return reader{
		info: Info{
			Name:    "kmnist",
			Title:   "Handwritten Japanese characters (Kuzushiji): 70,000 of 28x28 pixels",
			Classes: []string{"o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo"},
			Shape:   []int{28, 28, 1},
			Parts:   mnistParts,
			Source:  "http://codh.rois.ac.jp/kmnist/",
			Licence: "CC BY-SA 4.0",
			Citation: "T. Clanuwat, M. Bober-Irizar, A. Kitamoto, A. Lamb, K. Yamamoto and D. Ha. " +
				"Deep Learning for Classical Japanese Literature. arXiv:1812.01718, 2018",
		},
		archives: kmnistArchives(),
		open:     openMNIST("KMNIST"),
	}
}

// openMNIST reads the four IDX files of MNIST and of the sets made after it,
// gzipped or not, also where torchvision puts them: in the folder raw of one that
// has its name of the set. A tenth of the training part is drawn for validation.
func openMNIST(torchvision string) func(ctx context.Context, r request) (*parts, error) {
	return func(ctx context.Context, r request) (*parts, error) {
		f, err := r.find(filepath.Join(torchvision, "raw"), "raw")
		if err != nil {
			return nil, err
		}
		return readMNISTParts(ctx, r, f)
	}
}

func readMNISTParts(ctx context.Context, r request, f *finder) (*parts, error) {
	n := &norm{}
	train, err := readMNIST(ctx, f, &r.info, "train")
	if err != nil {
		return nil, err
	}
	test, err := readMNIST(ctx, f, &r.info, "t10k")
	if err != nil {
		return nil, err
	}
	train.norm, test.norm = n, n
	return &parts{info: r.info, train: train, test: test, norm: n, validationShare: 1. / 10}, nil
}

func readMNIST(ctx context.Context, f *finder, info *Info, part string) (*images, error) {
	m := &images{h: info.Shape[0], w: info.Shape[1], channels: 1}
	err := f.read(func(r io.Reader) error {
		shape, pix, err := idx.Read(withContext(ctx, r))
		if err != nil {
			return err
		}
		if len(shape) != 3 || shape[1] != info.Shape[0] || shape[2] != info.Shape[1] {
			return fmt.Errorf("%v values: want images of %dx%d", shape, info.Shape[0], info.Shape[1])
		}
		m.pix = pix
		return nil
	}, part+"-images-idx3-ubyte", part+"-images.idx3-ubyte")
	if err != nil {
		return nil, err
	}
	err = f.read(func(r io.Reader) error {
		shape, labels, err := idx.Read(withContext(ctx, r))
		if err != nil {
			return err
		}
		if len(shape) != 1 || shape[0]*m.Size() != len(m.pix) {
			return fmt.Errorf("%v labels for %d images", shape, len(m.pix)/m.Size())
		}
		m.labels = make([]int32, len(labels))
		for i, k := range labels {
			if int(k) >= len(info.Classes) {
				return fmt.Errorf("label %d of sample %d is not in [0, %d)", k, i, len(info.Classes))
			}
			m.labels[i] = int32(k)
		}
		return nil
	}, part+"-labels-idx1-ubyte", part+"-labels.idx1-ubyte")
	return m, err
}

// withContext makes reading stop when ctx is done.
func withContext(ctx context.Context, r io.Reader) io.Reader { return contextReader{ctx, r} }

type contextReader struct {
	ctx context.Context
	r   io.Reader
}

func (r contextReader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.r.Read(p)
}
