package data

import (
	"context"
	"fmt"
	"sync"

	"github.com/vicinal-ml/vicinal/data/augment"
	"github.com/vicinal-ml/vicinal/data/internal/spectrogram"
	"github.com/vicinal-ml/vicinal/data/internal/wav"
)

// recordings is a Split of WAVE files of one rate, decoded when they are read.
// Its values are spectrograms, bins by frames by one channel.
type recordings struct {
	paths  []string
	labels []int32
	rate   int
	spare  sync.Pool // of *soundReader
}

// soundAugment moves by at most a tenth of a second, and the volume by 6 dB.
const soundAugment = "shift:0.1,volume:6"

// soundReader is the memory to read one sound.
type soundReader struct {
	maker *spectrogram.Maker
	sound augment.Sound
	file  []byte
}

func (s *recordings) Len() int        { return len(s.paths) }
func (s *recordings) Size() int       { return volume(spectrogramShape(s.rate)) }
func (s *recordings) Labels() []int32 { return s.labels }

// spectrogramShape is that of a second at rate samples a second.
func spectrogramShape(rate int) []int { return []int{rate / 100, 101, 1} }

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
	return &soundReader{maker: spectrogram.New(s.rate)}
}

func (s *recordings) decode(r *soundReader, i int, sound *augment.Sound) (err error) {
	if r.file, err = readInto(r.file, s.paths[i]); err != nil {
		return err
	}
	file, err := wav.Parse(r.file)
	if err != nil {
		return fmt.Errorf("decoding %s: %w", s.paths[i], err)
	}
	if file.Rate != s.rate {
		return fmt.Errorf("%s: %d samples a second, those of this set have %d", s.paths[i], file.Rate, s.rate)
	}
	if sound.Samples, err = file.Samples(sound.Samples[:0], file.Len()); err != nil {
		return fmt.Errorf("decoding %s: %w", s.paths[i], err)
	}
	sound.Rate = s.rate
	return nil
}
