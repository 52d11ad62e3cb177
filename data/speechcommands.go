package data

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

var speechForm = soundForm{rate: 16_000, seconds: 1}

func speechCommands() reader {
	return reader{
		info: Info{
			Name:  "speech-commands",
			Title: "Spoken words: 64,721 utterances of a second at 16 kHz of 30 words (version 1), as spectrograms",
			Classes: strings.Fields("bed bird cat dog down eight five four go happy house left marvin nine no off on one right " +
				"seven sheila six stop three tree two up wow yes zero"),
			Shape:    speechForm.shape(),
			Mean:     []float32{0}, // each spectrogram is normalised by itself
			Std:      []float32{1},
			Parts:    "51,088 for training, 6,798 for validation and 6,835 for testing, by the lists that come with it",
			Augment:  soundAugment,
			Source:   "http://download.tensorflow.org/data/speech_commands_v0.01.tar.gz",
			Licence:  "CC BY 4.0",
			Citation: "P. Warden. Speech Commands: A Dataset for Limited-Vocabulary Speech Recognition. arXiv:1804.03209, 2018",
		},
		archives: speechArchives(),
		open:     openSpeechCommands,
	}
}

// openSpeechCommands reads folders of words. validation_list.txt and
// testing_list.txt name the official validation and test files; the rest is
// the training part. Folders whose name starts with an underscore hold no words.
func openSpeechCommands(ctx context.Context, r request) (*parts, error) {
	f, err := r.find()
	if err != nil {
		return nil, err
	}
	list, err := f.path("testing_list.txt")
	if err != nil {
		return nil, err
	}
	dir := filepath.Dir(list)
	part := make(map[string]*recordings) // by WORD/FILE
	train := &recordings{form: speechForm}
	validation, test := &recordings{form: speechForm}, &recordings{form: speechForm}
	err = readFile(list, func(file io.Reader) error { return readList(file, test, part) })
	if err == nil {
		err = readFile(filepath.Join(dir, "validation_list.txt"), func(file io.Reader) error { return readList(file, validation, part) })
	}
	if err != nil {
		return nil, err
	}
	words, err := classFolders(dir)
	if err != nil {
		return nil, err
	}
	words = slices.DeleteFunc(words, func(w string) bool { return w[0] == '_' })
	for k, word := range words {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		entries, err := os.ReadDir(filepath.Join(dir, word))
		if err != nil {
			return nil, fmt.Errorf("data set %s: %w", r.name, err)
		}
		for _, e := range entries {
			if filepath.Ext(e.Name()) != ".wav" || passedOver(e.Name(), false) != "" {
				continue
			}
			name := word + "/" + e.Name()
			s := part[name]
			if s == nil {
				s = train
			}
			delete(part, name)
			s.paths = append(s.paths, filepath.Join(dir, word, e.Name()))
			s.labels = append(s.labels, int32(k))
		}
	}
	if missing := slices.Sorted(maps.Keys(part)); len(missing) > 0 {
		return nil, fmt.Errorf("%s: the lists name %s, which is not there, and %d more: the copy is incomplete", dir, missing[0], len(missing)-1)
	}
	r.info.Classes = words
	return &parts{info: r.info, train: train, validation: validation, test: test}, nil
}

// readList reads the lines WORD/FILE of a list.
func readList(file io.Reader, s *recordings, part map[string]*recordings) error {
	lines := bufio.NewScanner(file)
	for n := 1; lines.Scan(); n++ {
		name := strings.TrimSpace(lines.Text())
		if name == "" {
			continue
		}
		if word, wav, ok := strings.Cut(name, "/"); !ok || word == "" || filepath.Ext(wav) != ".wav" {
			return fmt.Errorf("line %d: %.60q is not WORD/FILE.wav", n, name)
		}
		if len(part) == maxTruth {
			return fmt.Errorf("more than %d recordings", maxTruth)
		}
		if part[name] != nil {
			return fmt.Errorf("line %d: %s is named twice", n, name)
		}
		part[name] = s
	}
	return lines.Err()
}
