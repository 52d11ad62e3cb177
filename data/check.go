package data

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash"
	"math"
)

// Checkup is what Check has found.
type Checkup struct {
	Set     string        `json:"set"`
	Classes []string      `json:"classes,omitempty"`
	Parts   []CheckedPart `json:"parts"`
	Samples int           `json:"samples"` // of all parts
	Bytes   int64         `json:"bytes"`   // read, of files or values in memory

	// Sum is the SHA-256 of the classes, and of the label, targets or labels of
	// pixels and the content of every sample, part by part: it changes with any of them, and
	// not with where the files lie or how they are called.
	Sum string `json:"sha256"`

	Broken  []Broken  `json:"broken"`             // in the order of the samples
	LeftOut []LeftOut `json:"left_out,omitempty"` // as Set.Taken has it
	Remarks []string  `json:"remarks,omitempty"`  // as Set.Remarks

	Between   Twins `json:"between_parts"` // of which one is in an earlier part: the test is then no test
	Within    Twins `json:"within_parts"`  // of one part
	Conflicts Twins `json:"other_classes"` // of Between and Within, with different labels or targets
	Odd       []Odd `json:"odd"`
}

// CheckedPart is one part of a set that was checked.
type CheckedPart struct {
	Part    string `json:"part"`
	Samples int    `json:"samples"`
	Counts  []int  `json:"counts,omitempty"` // of each class, by label, or in which it is seen for Segmentation; nil for the rest
}

// Twins are pairs of samples of equal content.
type Twins struct {
	Count int    `json:"count"`
	Pairs []Twin `json:"pairs,omitempty"` // the first of them
}

// maxTwins bounds the pairs of Twins that are named.
const maxTwins = 1000

// Twin is a sample and the first one of the same content.
type Twin struct {
	Sample Place `json:"sample"`
	First  Place `json:"first"`
}

// Place is where a sample is.
type Place struct {
	Part  string `json:"part"`
	Name  string `json:"name"` // its path, or "row 3"
	Class string `json:"class,omitempty"`
}

// Odd is what is no error but should be known before anything is trained.
type Odd struct {
	What    string `json:"what"`              // such as `class "tulip" has 3 training samples, class "rose" 900`
	Count   int    `json:"count,omitempty"`   // of samples, where it is of some
	Example string `json:"example,omitempty"` // the first of them
}

// Check opens the data set of that name and reads every sample of it once, on
// every core. It says what is broken, what is there twice, and what is odd.
// opt chooses the splits, of which every training sample is looked at. told,
// if it is not nil, is called after each sample, never by two goroutines at
// once.
//
// The error is that of Open, ctx's, or of reading that may go well another
// time; what is broken is none.
func Check(ctx context.Context, name string, opt Options, told func(done, samples int)) (*Checkup, error) {
	opt.TrainPerClass, opt.TrainSize, opt.LabelNoise, opt.lenient = -1, 0, 0, true
	opt.Labelled, opt.LabelledPerClass = 0, 0
	set, err := Open(ctx, name, opt)
	if err != nil {
		return nil, err
	}
	c := &checker{set, number(set.Train, set.Validation, set.Test)}
	v, err := examineAll(ctx, c.samples, c.stored, func(done int) {
		if told != nil {
			told(done, c.samples)
		}
	})
	if err != nil {
		return nil, fmt.Errorf("data set %s: %w", set.Name, err)
	}
	return c.checkup(v), nil
}

// checker is a set whose samples are looked at.
type checker struct {
	set *Set
	*numbered
}

// place tells where sample k is.
func (c *checker) place(k int) Place {
	p, i := c.find(k)
	split, at := c.stored(k)
	place := Place{Part: p.part, Name: split.name(at)}
	if labels := p.Labels(); labels != nil {
		place.Class = c.set.Classes[labels[i]]
	}
	return place
}

// target returns the bits of the label, of the targets, or of the sum of the
// labels of the pixels of sample k.
func (c *checker) target(v *verdicts, k int) []byte {
	p, i := c.find(k)
	var bits []byte
	if v.labels != nil {
		return v.labels[k][:]
	}
	if labels := p.Labels(); labels != nil {
		bits = binary.LittleEndian.AppendUint32(bits, uint32(labels[i]))
	}
	targets, each := targetsOf(p.Split)
	for _, y := range targets[i*each:][:each] {
		bits = binary.LittleEndian.AppendUint32(bits, math.Float32bits(y))
	}
	return bits
}

func (c *checker) checkup(v *verdicts) *Checkup {
	r := &Checkup{
		Set: c.set.Name, Classes: c.set.Classes, Samples: c.samples, Bytes: v.bytes, Sum: c.sum(v), Remarks: c.set.Remarks, Broken: []Broken{}, Odd: []Odd{},
	}
	if c.set.Taken != nil {
		r.LeftOut = c.set.Taken.LeftOut
	}
	for at, p := range c.parts {
		checked := CheckedPart{Part: p.part, Samples: p.Len()}
		if labels := p.Labels(); labels != nil {
			checked.Counts = sizes(groups(labels, len(c.set.Classes), p.Len()))
		}
		if v.classes != nil {
			checked.Counts = make([]int, len(c.set.Classes))
			for _, there := range v.classes[c.begin[at]:][:p.Len()] {
				for k := range checked.Counts {
					checked.Counts[k] += int(there[k/64] >> (k % 64) & 1)
				}
			}
		}
		r.Parts = append(r.Parts, checked)
	}
	for k := range c.samples {
		if reason := v.broken[k]; reason != nil {
			place := c.place(k)
			r.Broken = append(r.Broken, Broken{place.Part, place.Name, reason.Error()})
		}
	}
	c.twins(v, r)
	r.Odd = c.odd(v, r)
	return r
}

// sum is Checkup.Sum.
func (c *checker) sum(v *verdicts) string {
	h := sha256.New()
	fmt.Fprintf(h, "%q\n", c.set.Classes)
	for at, p := range c.parts {
		fmt.Fprintf(h, "%s %d\n", p.part, p.Len())
		for i := range p.Len() {
			c.addSample(h, c.begin[at]+i, v)
		}
	}
	return hex.EncodeToString(h.Sum(nil))
}

func (c *checker) addSample(h hash.Hash, k int, v *verdicts) {
	h.Write(c.target(v, k))
	h.Write(v.sums[k][:])
}

// twins finds the samples whose content an earlier one has.
func (c *checker) twins(v *verdicts, r *Checkup) {
	first := make(map[contentSum]int32, c.samples)
	for k, sum := range v.sums {
		// An empty file, or one that cannot be read, is like others without being their twin.
		if v.broken[k] != nil {
			continue
		}
		f, seen := first[sum]
		if !seen {
			first[sum] = int32(k)
			continue
		}
		of, _ := c.find(int(f))
		p, _ := c.find(k)
		twins := &r.Within
		if of.part != p.part {
			twins = &r.Between
		}
		c.add(twins, k, int(f))
		if !bytes.Equal(c.target(v, k), c.target(v, int(f))) {
			c.add(&r.Conflicts, k, int(f))
		}
	}
}

func (c *checker) add(t *Twins, k, first int) {
	if t.Count++; t.Count <= maxTwins {
		t.Pairs = append(t.Pairs, Twin{c.place(k), c.place(first)})
	}
}
