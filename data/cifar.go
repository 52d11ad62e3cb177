package data

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"slices"

	"github.com/vicinal-ml/vicinal/data/internal/bounded"
	"github.com/vicinal-ml/vicinal/data/internal/pickle"
)

const cifarParts = "50,000 for training, of which a tenth is drawn for validation, and 10,000 for testing"

const cifarCitation = "A. Krizhevsky. Learning Multiple Layers of Features from Tiny Images. University of Toronto, 2009"

func cifar10() reader {
	c := cifar{
		binary:      "cifar-10-batches-bin",
		binaryTrain: []string{"data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin", "data_batch_4.bin", "data_batch_5.bin"},
		binaryTest:  "test_batch.bin",
		labelBytes:  1,
		python:      "cifar-10-batches-py",
		pythonTrain: []string{"data_batch_1", "data_batch_2", "data_batch_3", "data_batch_4", "data_batch_5"},
		pythonTest:  "test_batch",
		labels:      "labels",
	}
	return reader{
		info: Info{
			Name:     "cifar10",
			Title:    "Photographs of 10 kinds of animals and vehicles: 60,000 of 32x32 pixels",
			Classes:  []string{"airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"},
			Shape:    []int{32, 32, 3},
			Mean:     []float32{0.4914, 0.4822, 0.4465},
			Std:      []float32{0.2470, 0.2435, 0.2616},
			Parts:    cifarParts,
			Augment:  cifarAugment,
			Source:   "https://www.cs.toronto.edu/~kriz/cifar.html",
			Licence:  "unknown (the source asks to be cited)",
			Citation: cifarCitation,
		},
		archives: cifarArchives("cifar-10-binary.tar.gz", "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd", 170052171),
		other:    cifarArchives("cifar-10-python.tar.gz", "6d958be074577803d12ecdefd02955f39262c83c16fe9348329d7fe0b5c001ce", 170498071),
		open:     c.open,
	}
}

func cifar100() reader {
	c := cifar{
		binary:      "cifar-100-binary",
		binaryTrain: []string{"train.bin"},
		binaryTest:  "test.bin",
		labelBytes:  2,
		python:      "cifar-100-python",
		pythonTrain: []string{"train"},
		pythonTest:  "test",
		labels:      "fine_labels",
	}
	return reader{
		info: Info{
			Name:     "cifar100",
			Title:    "Photographs of 100 kinds of things: 60,000 of 32x32 pixels",
			Classes:  cifar100Classes(),
			Shape:    []int{32, 32, 3},
			Mean:     []float32{0.5071, 0.4865, 0.4409},
			Std:      []float32{0.2673, 0.2564, 0.2762},
			Parts:    cifarParts,
			Augment:  cifarAugment,
			Source:   "https://www.cs.toronto.edu/~kriz/cifar.html",
			Licence:  "unknown (the source asks to be cited)",
			Citation: cifarCitation,
		},
		archives: cifarArchives("cifar-100-binary.tar.gz", "58a81ae192c23a4be8b1804d68e518ed807d710a4eb253b1f2a199162a40d8ec", 0),
		other:    cifarArchives("cifar-100-python.tar.gz", "85cd44d02ba6437773c5bbd22e183051d648de2e7d6b014e1ef29b855ba677a7", 169001437),
		open:     c.open,
	}
}

// cifarAugment is that of both papers of the methods (He et al., 2016).
const cifarAugment = "crop:4,flip"

const cifarPixels = 32 * 32 * 3

// cifar says how the files of CIFAR-10 or CIFAR-100 are called and laid out.
type cifar struct {
	binary      string // folder of the binary archive
	binaryTrain []string
	binaryTest  string
	labelBytes  int    // before the pixels of a binary record; the last is the label
	python      string // folder of the python archive
	pythonTrain []string
	pythonTest  string
	labels      string // key of the labels in a python batch
}

// open reads the binary or the python archive, unpacked, whichever is there. A
// tenth of the training part is drawn for validation.
func (c cifar) open(ctx context.Context, r request) (*parts, error) {
	f, err := r.find(c.binary, c.python)
	if err != nil {
		return nil, err
	}
	names, test, parse := c.binaryTrain, c.binaryTest, c.parseBinary
	if _, err := f.path(c.binaryTest); err != nil {
		if _, err := f.path(c.pythonTest); err == nil {
			names, test, parse = c.pythonTrain, c.pythonTest, c.parsePython
		}
	}
	n := &norm{}
	read := func(names ...string) (*images, error) {
		m := &images{h: 32, w: 32, channels: 3, norm: n}
		for _, name := range names {
			err := f.read(func(file io.Reader) error {
				return parse(withContext(ctx, file), m, len(r.info.Classes))
			}, name)
			if err != nil {
				return nil, err
			}
		}
		return m, nil
	}
	train, err := read(names...)
	if err != nil {
		return nil, err
	}
	tested, err := read(test)
	if err != nil {
		return nil, err
	}
	return &parts{info: r.info, train: train, test: tested, norm: n, validationShare: 1. / 10}, nil
}

// cifarRecords is the number of images of the largest file, of CIFAR-100.
const cifarRecords = 50_000

// parseBinary appends the records of a binary file: label bytes, then the red,
// green and blue planes.
func (c cifar) parseBinary(file io.Reader, m *images, classes int) error {
	record := make([]byte, c.labelBytes+cifarPixels)
	buffered := bufio.NewReaderSize(file, 1<<20)
	for i := range cifarRecords {
		n, err := io.ReadFull(buffered, record)
		if err == io.EOF && i > 0 {
			return nil
		}
		if err == io.EOF || err == io.ErrUnexpectedEOF {
			return fmt.Errorf("record %d: %d bytes where %d should be", i, n, len(record))
		}
		if err != nil {
			return err
		}
		if err := m.appendPlanar(record[c.labelBytes:], int64(record[c.labelBytes-1]), classes); err != nil {
			return fmt.Errorf("record %d: %w", i, err)
		}
	}
	if err := bounded.End(buffered); err != nil {
		return fmt.Errorf("after %d records: %w", cifarRecords, err)
	}
	return nil
}

// parsePython appends the images of a pickled batch: data is an array of one
// row an image, each the red, green and blue planes.
func (c cifar) parsePython(file io.Reader, m *images, classes int) error {
	v, err := pickle.Read(file)
	if err != nil {
		return err
	}
	batch, _ := v.(pickle.Dict)
	data, ok1 := batch["data"].(*pickle.Array)
	labels, ok2 := batch[c.labels].(*pickle.List)
	if !ok1 || !ok2 {
		return fmt.Errorf("not a dict with an array \"data\" and a list %q", c.labels)
	}
	if len(data.Shape) != 2 || data.Shape[1] != cifarPixels || data.Shape[0] != len(labels.Items) {
		return fmt.Errorf("data of shape %v and %d labels: want rows of %d, one a label", data.Shape, len(labels.Items), cifarPixels)
	}
	for i, item := range labels.Items {
		label, ok := item.(int64)
		if !ok {
			return fmt.Errorf("image %d: label of type %T", i, item)
		}
		if err := m.appendPlanar([]byte(data.Data[i*cifarPixels:(i+1)*cifarPixels]), label, classes); err != nil {
			return fmt.Errorf("image %d: %w", i, err)
		}
	}
	return nil
}

// appendPlanar appends an image given as a red, a green and a blue plane.
func (m *images) appendPlanar(planes []byte, label int64, classes int) error {
	if label < 0 || label >= int64(classes) {
		return fmt.Errorf("label %d is not in [0, %d)", label, classes)
	}
	at, area := len(m.pix), m.h*m.w
	m.pix = slices.Grow(m.pix, 3*area)[:at+3*area]
	pix := m.pix[at:]
	red, green, blue := planes[:area], planes[area:2*area], planes[2*area:3*area]
	for i := range area {
		p := pix[3*i : 3*i+3 : 3*i+3]
		p[0], p[1], p[2] = red[i], green[i], blue[i]
	}
	m.labels = append(m.labels, int32(label))
	return nil
}
