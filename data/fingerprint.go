package data

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Fingerprint identifies the samples of a set. Each part is 16 hexadecimal
// digits of a SHA-256, "" where it is not known. Its text is what runs keep.
type Fingerprint struct {
	// Samples is of the splits as they are drawn and read: the shape, the
	// classes, all labels and targets, and of each split the values of 16 samples
	// and the labels of their pixels. It
	// depends on the options, and on what decodes and normalises.
	Samples string

	// Source is of all that the splits are drawn from. Of a set in memory that
	// is every value and label; of files it is the name, the label and the size
	// of each. It does not depend on a seed. Fingerprints from before it was
	// taken lack it, and so do those of splits that this package does not know.
	Source string

	// Times is of the times at which the files of the source were modified, ""
	// where it has none. A copy may have other times than its original, so
	// they identify nothing: see Touched.
	Times string
}

// fingerprintKind begins the text of a fingerprint with a source. One without
// is the samples alone, as all were once.
const fingerprintKind = "2:"

// String returns the text of f, which ParseFingerprint reads.
func (f Fingerprint) String() string {
	if f.Source == "" && f.Times == "" {
		return f.Samples
	}
	return fingerprintKind + strings.Join([]string{f.Samples, f.Source, f.Times}, ":")
}

// ParseFingerprint reads what String returns; of "" nothing is known.
func ParseFingerprint(text string) (Fingerprint, error) {
	rest, full := strings.CutPrefix(text, fingerprintKind)
	parts := strings.Split(rest, ":")
	switch {
	case full && len(parts) == 3:
		return Fingerprint{parts[0], parts[1], parts[2]}, nil
	case !full && len(parts) == 1:
		return Fingerprint{Samples: text}, nil
	}
	return Fingerprint{}, fmt.Errorf("%.80q is no fingerprint of data that this program knows: a newer one may", text)
}

// MarshalText implements [encoding.TextMarshaler].
func (f Fingerprint) MarshalText() ([]byte, error) { return []byte(f.String()), nil }

// UnmarshalText implements [encoding.TextUnmarshaler].
func (f *Fingerprint) UnmarshalText(text []byte) (err error) {
	*f, err = ParseFingerprint(string(text))
	return err
}

// Known reports whether f says anything.
func (f Fingerprint) Known() bool { return f.Samples != "" }

// SameSource reports whether g is of the same source, as far as both say.
func (f Fingerprint) SameSource(g Fingerprint) bool {
	return f.Source == "" || g.Source == "" || f.Source == g.Source
}

// Same reports whether g is of the same samples of the same source, as far as
// both say.
func (f Fingerprint) Same(g Fingerprint) bool {
	return !f.Known() || !g.Known() || f.SameSource(g) && f.Samples == g.Samples
}

// Touched reports whether g, of the same samples, is of files with other times:
// copied, or changed where neither their sizes nor the samples that were
// compared show it.
func (f Fingerprint) Touched(g Fingerprint) bool {
	return f.Same(g) && f.Times != "" && g.Times != "" && f.Times != g.Times
}

// FingerprintSamples is how many samples of a split a fingerprint reads.
const FingerprintSamples = 16

// Fingerprint returns the fingerprint of the set. It reads 16 samples of each
// split, passes over all values in memory, and asks the file system about each
// file.
func (s *Set) Fingerprint(ctx context.Context) (f Fingerprint, err error) {
	if f.Samples, err = s.samplesSum(ctx); err != nil {
		return Fingerprint{}, fmt.Errorf("data set %s: %w", s.Name, err)
	}
	source := &sourceSum{content: sha256.New(), times: sha256.New()}
	for _, split := range []Split{s.Train, s.Validation, s.Test} {
		if err := source.add(ctx, base(split)); err != nil {
			return Fingerprint{}, fmt.Errorf("data set %s: %w", s.Name, err)
		}
	}
	if len(source.seen) > 0 {
		f.Source = shortSum(source.content)
	}
	if source.files {
		f.Times = shortSum(source.times)
	}
	return f, nil
}

// samplesSum is Fingerprint.Samples. Runs are kept with it: it must not change.
// Those of before were of Classification alone, without targets and labels of
// pixels.
func (s *Set) samplesSum(ctx context.Context) (string, error) {
	sum := sha256.New()
	fmt.Fprintf(sum, "%v %q\n", s.Shape, s.Classes)
	if s.Targets != nil {
		fmt.Fprintf(sum, "%s %q\n", s.Task, s.Targets)
	}
	sample := make([]float32, s.Size())
	splits := []Split{s.Train, s.Validation, s.Test}
	if s.Unlabelled != nil && s.Unlabelled.Len() > 0 {
		splits = append(splits, s.Unlabelled)
	}
	for _, split := range splits {
		fmt.Fprintf(sum, "%d\n", split.Len())
		addWords(sum, split.Labels(), func(v int32) uint32 { return uint32(v) })
		addWords(sum, Targets(split), math.Float32bits)
		segmented, _ := split.(Segmented)
		var pixels []int32
		if segmented != nil {
			pixels = make([]int32, segmented.Pixels())
		}
		looks := min(FingerprintSamples, split.Len())
		for k := range looks {
			i := k * split.Len() / looks
			if err := split.Read(ctx, i, sample); err != nil {
				return "", fmt.Errorf("reading sample %d: %w", i, err)
			}
			addWords(sum, sample, math.Float32bits)
			if segmented == nil {
				continue
			}
			if err := segmented.ReadPixels(ctx, i, pixels); err != nil {
				return "", fmt.Errorf("reading the labels of sample %d: %w", i, err)
			}
			addWords(sum, pixels, func(v int32) uint32 { return uint32(v) })
		}
	}
	return shortSum(sum), nil
}

// sourceSum adds up what splits are drawn from.
type sourceSum struct {
	content, times hash.Hash
	files          bool    // among what was added
	seen           []Split // each is added once
}

// add takes all that a source holds; of one that is not known it takes nothing.
func (s *sourceSum) add(ctx context.Context, source Split) error {
	switch source := source.(type) {
	case *images:
		if s.begin("images", source) {
			s.content.Write(source.pix)
		}
	case *rows:
		if s.begin("rows", source) {
			addWords(s.content, source.targets, math.Float32bits)
			addValues(s.content, source.x)
		}
	case *noiseImages: // what it generates is a function of its name
		s.begin("noise", source)
	case *photos:
		if s.begin("photos", source) {
			return s.addFiles(ctx, source.paths)
		}
	case *scenes:
		if s.begin("scenes", source) {
			s.content.Write(source.classes[:])
			if err := s.addFiles(ctx, source.labels); err != nil {
				return err
			}
			return s.addFiles(ctx, source.pictures)
		}
	case *recordings:
		if s.begin("recordings", source) {
			return s.addFiles(ctx, source.paths)
		}
	}
	return ctx.Err()
}

// begin takes the number of samples and the labels of a source of that kind. It
// reports whether the source is a new one.
func (s *sourceSum) begin(kind string, source Split) bool {
	if slices.Contains(s.seen, source) {
		return false
	}
	s.seen = append(s.seen, source)
	fmt.Fprintf(s.content, "%s %d\n", kind, source.Len())
	addWords(s.content, source.Labels(), func(v int32) uint32 { return uint32(v) })
	return true
}

// addFiles takes the name, the size and the time of each file. Of the folders
// on the way to it nothing counts: a set may be moved.
func (s *sourceSum) addFiles(ctx context.Context, paths []string) error {
	s.files = true
	for i, path := range paths {
		if i%1024 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		info, err := os.Stat(path)
		if err != nil {
			return err
		}
		fmt.Fprintf(s.content, "%q %d\n", filepath.Base(path), info.Size())
		fmt.Fprintf(s.times, "%d\n", info.ModTime().UnixNano())
	}
	return nil
}

// addWords writes the bits of values, little-endian.
func addWords[T any](sum hash.Hash, values []T, bits func(T) uint32) {
	const block = 1 << 12
	buffer := make([]byte, 0, 4*min(block, len(values)))
	for some := range slices.Chunk(values, block) {
		buffer = buffer[:0]
		for _, v := range some {
			buffer = binary.LittleEndian.AppendUint32(buffer, bits(v))
		}
		sum.Write(buffer)
	}
}

// addValues writes the bits of values, little-endian.
func addValues(sum hash.Hash, values []float64) {
	const block = 1 << 12
	buffer := make([]byte, 0, 8*min(block, len(values)))
	for some := range slices.Chunk(values, block) {
		buffer = buffer[:0]
		for _, v := range some {
			buffer = binary.LittleEndian.AppendUint64(buffer, math.Float64bits(v))
		}
		sum.Write(buffer)
	}
}

// shortSum is the first 16 hexadecimal digits of a sum.
func shortSum(sum hash.Hash) string { return hex.EncodeToString(sum.Sum(nil)[:8]) }

// base returns the split that s picks its samples of.
func base(s Split) Split {
	for p := picked(s); p != nil; p = picked(s) {
		s = p.base
	}
	return s
}
