package data

import (
	"context"
	"fmt"
	"math"
	"sync"

	"github.com/vicinal-ml/vicinal/data/augment"
	"github.com/vicinal-ml/vicinal/data/internal/spectrogram"
	"github.com/vicinal-ml/vicinal/data/internal/wav"
)

// recordings is a Split of WAVE files, decoded when they are read. Its values
// are spectrograms, bins by frames by one channel.
type recordings struct {
	paths  []string
	labels []int32
	form   soundForm
	spare  sync.Pool // of *soundReader
}

// soundForm is what all sounds of a set become.
type soundForm struct {
	rate    int      // samples a second
	seconds float64  // that a spectrogram shows, from the start
	filters *filters // for files of another rate, which are refused where it is nil
}

// shape is that of a spectrogram.
func (f soundForm) shape() []int {
	bins, frames := spectrogram.Shape(f.rate, f.seconds)
	return []int{bins, frames, 1}
}

// samples is how many of a sound are kept.
func (f soundForm) samples() int { return int(math.Round(f.seconds * float64(f.rate))) }

// soundAugment moves by at most a tenth of a second, and the volume by 6 dB.
const soundAugment = "shift:0.1,volume:6"

// soundReader is the memory to read one sound.
type soundReader struct {
	maker  *spectrogram.Maker
	sound  augment.Sound
	stored []float32 // samples at the rate of the file
	file   []byte
}

func (s *recordings) Len() int        { return len(s.paths) }
func (s *recordings) Size() int       { return volume(s.form.shape()) }
func (s *recordings) Labels() []int32 { return s.labels }

func (s *recordings) Read(ctx context.Context, i int, dst []float32) error {
	if err := checkRead(ctx, s, i, len(dst)); err != nil {
		return err
	}
	r := s.reader()
	defer s.spare.Put(r)
	if err := s.decode(r, i, &r.sound); err != nil {
		return err
	}
	r.maker.Make(dst, r.sound.Samples)
	return nil
}

func (s *recordings) ReadSound(ctx context.Context, i int, sound *augment.Sound) error {
	if err := checkRead(ctx, s, i, s.Size()); err != nil {
		return err
	}
	r := s.reader()
	defer s.spare.Put(r)
	return s.decode(r, i, sound)
}

// Spectrogram implements Sounds. dst must hold Size values.
func (s *recordings) Spectrogram(dst []float32, sound *augment.Sound) {
	r := s.reader()
	defer s.spare.Put(r)
	r.maker.Make(dst, sound.Samples)
}

func (s *recordings) reader() *soundReader {
	if r, ok := s.spare.Get().(*soundReader); ok {
		return r
	}
	return &soundReader{maker: spectrogram.New(s.form.rate, s.form.seconds)}
}

// decode reads the file of sample i into r's memory and decodes it to sound.
func (s *recordings) decode(r *soundReader, i int, sound *augment.Sound) (err error) {
	if r.file, err = readInto(r.file, s.paths[i]); err != nil {
		return err
	}
	return s.decodeFile(r, i, sound)
}

// decodeFile decodes the file of sample i, which is in r's memory, to sound.
func (s *recordings) decodeFile(r *soundReader, i int, sound *augment.Sound) error {
	file, err := wav.Parse(r.file)
	if err == nil && s.form.filters == nil {
		sound.Samples, err = s.form.asIs(sound.Samples[:0], file)
	} else if err == nil {
		sound.Samples, err = r.resample(sound.Samples[:0], file, s.form)
	}
	if err != nil {
		return &BrokenError{s.paths[i], err}
	}
	sound.Rate = s.form.rate
	return nil
}

// beyond bounds what is kept after the seconds that are shown, which a shift may move in.
const beyond = 60 // seconds

// asIs appends the samples of a file that has the form's rate.
func (f soundForm) asIs(dst []float32, file *wav.File) ([]float32, error) {
	if file.Rate != f.rate {
		return dst, fmt.Errorf("%d samples a second, those of this set have %d", file.Rate, f.rate)
	}
	return file.Samples(dst, f.samples()+beyond*f.rate)
}

// resample appends the samples that are kept of a file of any rate.
func (r *soundReader) resample(dst []float32, file *wav.File, form soundForm) ([]float32, error) {
	filter, err := form.filters.from(file.Rate)
	if err != nil {
		return dst, err
	}
	n := form.samples()
	if r.stored, err = file.Samples(r.stored[:0], filter.Need(n)); err != nil {
		return dst, err
	}
	return filter.Apply(dst, r.stored, n), nil
}
