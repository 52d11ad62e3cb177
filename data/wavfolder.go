package data

import (
	"cmp"
	"context"
	"fmt"
	"math"
)

// Bounds of the parameters of a folder of recordings.
const (
	minSoundRate, maxSoundRate = 1000, 96_000
	minSeconds, maxSeconds     = 0.1, 60
)

func wavFolder() reader {
	return reader{
		info: Info{
			Name:    "wav",
			Title:   "Any recordings (WAVE files) in one folder a class, under train, validation and test or at the top, as spectrograms",
			Mean:    []float32{0}, // each spectrogram is normalised by itself
			Std:     []float32{1},
			Parts:   "train, val (or validation) and test; of what is missing a tenth of the training part is drawn; val without test is the test part",
			Augment: soundAugment,
			Source:  "your files",
			Licence: "unknown",
			Input: []string{
				"WAVE files (.wav) in one folder a class, such as DIR/yes/1.wav and DIR/no/1.wav, or below a folder of each part, such as DIR/train/yes/1.wav",
				"PCM samples of 8, 16, 24 or 32 bits or floating-point ones of 32 or 64; no MP3, FLAC, A-law or ADPCM",
				"any number of channels, of which the mean is taken, and any rate up to 1,048,576 samples a second, which is changed to one rate",
				"any length: what is longer than the seconds that are read is cut off at its end, what is shorter is followed by silence",
				"a file whose size was left open, as recorders write that stream, is read to its end; one that is cut off is broken",
			},
		},
		form: "DIR",
		params: append([]Param{
			{"rate", "SAMPLES", "samples a second that all files are changed to, a multiple of 100; 16000 by default. Half of it is the highest frequency that is seen"},
			{"seconds", "SECONDS", "how much of each file is read, from its start; 1 by default"},
		}, partParams()...),
		open: func(ctx context.Context, r request) (*parts, error) {
			r.info.Source = r.arg
			return openWAVFolder(ctx, r, r.arg)
		},
	}
}

// recordingFiles is the kind of the files that folders of recordings hold.
func recordingFiles() *fileKind {
	return &fileKind{name: "recording", endings: []string{".wav", ".wave"}, set: "wav"}
}

// openWAVFolder reads a tree of recordings, see readTree, with parts as
// openFolder has them. Parameters: those of readTree; rate and seconds of the
// spectrograms.
func openWAVFolder(ctx context.Context, r request, dir string) (*parts, error) {
	was := r.was()
	rate, err := r.params.number(&r, "rate", float64(cmp.Or(was.Rate, 16_000)), minSoundRate, maxSoundRate)
	if err != nil {
		return nil, err
	}
	if math.Mod(rate, 100) != 0 {
		return nil, &OptionError{r.name, "rate", fmt.Sprintf("%g is not a multiple of 100", rate)}
	}
	seconds, err := r.params.number(&r, "seconds", cmp.Or(was.Seconds, 1), minSeconds, maxSeconds)
	if err != nil {
		return nil, err
	}
	t, err := readTree(ctx, r, dir, recordingFiles(), nil)
	if err != nil {
		return nil, err
	}
	form := soundForm{rate: int(rate), seconds: seconds, filters: &filters{to: int(rate)}}
	split := func(b *branch) Split {
		if b == nil {
			return nil
		}
		return &recordings{paths: b.paths, labels: b.labels, form: form}
	}
	p := &parts{
		info: r.info, taken: t.taken, testShare: folderShare, validationShare: folderShare,
		train: split(t.train), validation: split(t.validation), test: split(t.test),
	}
	p.info.Shape, p.info.Classes = form.shape(), t.classes
	if p.test == nil {
		p.test, p.validation = p.validation, nil
	}
	return p, nil
}
