package data

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/vicinal-ml/vicinal/data/internal/bounded"
	"github.com/vicinal-ml/vicinal/data/internal/mat5"
)

// Where the classes of ImageNet's validation images are written.
const (
	devkitTruth  = "ILSVRC2012_validation_ground_truth.txt" // of the development kit, with devkitSynset beside it
	devkitSynset = "meta.mat"
	kaggleTruth  = "LOC_val_solution.csv"                       // of the copy at Kaggle
	synsetTruth  = "imagenet_2012_validation_synset_labels.txt" // of the TensorFlow models
)

// maxTruth bounds the lines of those files.
const maxTruth = 1 << 20

// groundTruth has the class, a WordNet identifier, of each image of
// ImageNet's validation part: by place, as their names are numbered from 1, or by name.
type groundTruth struct {
	file   string // for errors
	byName map[string]string
	inTurn []string
}

// findGroundTruth reads the first that is there of the files that tell the classes, looking through
// one folder after the other.
func findGroundTruth(dirs []string) (*groundTruth, error) {
	for _, dir := range dirs {
		for _, file := range []struct {
			name string
			read func(path string, r io.Reader) (*groundTruth, error)
		}{{devkitTruth, readDevkit}, {kaggleTruth, readKaggle}, {synsetTruth, readSynsets}} {
			path := filepath.Join(dir, file.name)
			if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
				continue
			}
			var truth *groundTruth
			err := readFile(path, func(r io.Reader) (err error) {
				truth, err = file.read(path, r)
				return err
			})
			if err != nil {
				return nil, err
			}
			truth.file = path
			return truth, nil
		}
	}
	return nil, fmt.Errorf("no folders of classes, and none of %s, %s and %s, which tell the classes of images in one folder, in %s",
		devkitTruth, kaggleTruth, synsetTruth, strings.Join(dirs, " or "))
}

// class returns the class of the image in a file of that name.
func (g *groundTruth) class(name string) (string, error) {
	stem := strings.TrimSuffix(name, filepath.Ext(name))
	if g.byName != nil {
		if class, ok := g.byName[stem]; ok {
			return class, nil
		}
		return "", fmt.Errorf("%s does not tell the class of %s", g.file, name)
	}
	n, err := strconv.Atoi(strings.TrimPrefix(stem, "ILSVRC2012_val_"))
	if err != nil || n < 1 || n > len(g.inTurn) {
		return "", fmt.Errorf("%s is not called ILSVRC2012_val_N with N from 1 to %d, the classes in %s", name, len(g.inTurn), g.file)
	}
	return g.inTurn[n-1], nil
}

// readDevkit reads the development kit's list: the number of a class a line. meta.mat tells
// the class of a number.
func readDevkit(path string, r io.Reader) (*groundTruth, error) {
	var synsets map[int]string
	err := readFile(filepath.Join(filepath.Dir(path), devkitSynset), func(r io.Reader) (err error) {
		synsets, err = parseSynsets(r)
		return err
	})
	if err != nil {
		return nil, err
	}
	return parseTruth(r, func(line string) (string, error) {
		id, err := strconv.Atoi(line)
		class, ok := synsets[id]
		if err != nil || !ok {
			return "", fmt.Errorf("%.40q is not the number of a class in %s", line, devkitSynset)
		}
		return class, nil
	})
}

// parseSynsets reads meta.mat: structures with a number and a WordNet identifier.
func parseSynsets(r io.Reader) (map[int]string, error) {
	arrays, err := mat5.Read(r)
	if err != nil {
		return nil, err
	}
	synsets := arrays["synsets"]
	if synsets == nil || len(synsets.Fields["ILSVRC2012_ID"]) == 0 || len(synsets.Fields["WNID"]) == 0 {
		return nil, errors.New("no structures \"synsets\" with ILSVRC2012_ID and WNID")
	}
	classes := make(map[int]string)
	for i, id := range synsets.Fields["ILSVRC2012_ID"] {
		class, ok := synsets.Fields["WNID"][i].Text()
		if id == nil || id.Len() != 1 || !ok || !isWordNet(class) {
			return nil, fmt.Errorf("synset %d has no number and WordNet identifier", i+1)
		}
		classes[int(id.At(0))] = class
	}
	return classes, nil
}

// readSynsets reads a list of classes, one a line.
func readSynsets(_ string, r io.Reader) (*groundTruth, error) {
	return parseTruth(r, func(line string) (string, error) {
		if !isWordNet(line) {
			return "", fmt.Errorf("%.40q is not a WordNet identifier such as n01440764", line)
		}
		return line, nil
	})
}

// parseTruth reads a line for each image.
func parseTruth(r io.Reader, class func(line string) (string, error)) (*groundTruth, error) {
	g := &groundTruth{}
	lines := bufio.NewScanner(r)
	n := 0
	for lines.Scan() {
		if n++; n > maxTruth {
			return nil, fmt.Errorf("more than %d lines", maxTruth)
		}
		c, err := class(strings.TrimSpace(lines.Text()))
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
		g.inTurn = append(g.inTurn, strings.Clone(c)) // without the rest of the line
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("line %d: %w", n+1, err)
	}
	return g, nil
}

// readKaggle reads lines of an image's name and its objects: the class and the place of each.
// All of an image are of one class.
func readKaggle(_ string, r io.Reader) (*groundTruth, error) {
	g := &groundTruth{byName: make(map[string]string)}
	row := &rowReader{r: r}
	lines := csv.NewReader(row)
	lines.FieldsPerRecord = 2
	lines.ReuseRecord = true
	budget := bounded.NewBudget(maxTableText)
	for {
		row.left = maxRow
		record, err := lines.Read()
		if errors.Is(err, io.EOF) {
			return g, nil
		}
		if err != nil {
			return nil, err
		}
		if record[0] == "ImageId" {
			continue
		}
		line, _ := lines.FieldPos(0)
		class, _, _ := strings.Cut(record[1], " ")
		if !isWordNet(class) {
			return nil, fmt.Errorf("line %d: %.40q does not start with a WordNet identifier such as n01440764", line, record[1])
		}
		if err := budget.Take(tableCost(len(record[0]), 4)); err != nil {
			return nil, fmt.Errorf("line %d: %w", line, err)
		}
		if len(g.byName) == maxTruth {
			return nil, fmt.Errorf("more than %d images", maxTruth)
		}
		g.byName[strings.Clone(record[0])] = strings.Clone(class)
	}
}

// isWordNet reports whether s has the form of a noun's identifier.
func isWordNet(s string) bool {
	if len(s) != 9 || s[0] != 'n' {
		return false
	}
	return strings.Trim(s[1:], "0123456789") == ""
}
