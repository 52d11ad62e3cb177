package data

import (
	"fmt"
	"slices"
	"strings"
)

// Taken says what was found in the folders of a set, before any part of it is
// drawn, and what was passed over.
type Taken struct {
	Classes []string    `json:"classes"` // all that were found, by label
	Parts   []TakenPart `json:"parts"`
	LeftOut []LeftOut   `json:"left_out,omitempty"` // in the order they were met
}

// TakenPart is a part as the files have it.
type TakenPart struct {
	Part   string `json:"part"`            // "train", "validation" or "test"
	Dir    string `json:"dir"`             // where it lies, relative to the set's folder; "." is that folder
	Counts []int  `json:"counts"`          // samples of each class, by label; nil where pixels have classes
	Pairs  int    `json:"pairs,omitempty"` // of a picture and the labels of its pixels
}

// Samples returns the samples of the part.
func (p *TakenPart) Samples() int {
	n := p.Pairs
	for _, c := range p.Counts {
		n += c
	}
	return n
}

// LeftOut counts the files and folders that were passed over for one reason. A
// folder counts once: nothing in it is looked at.
type LeftOut struct {
	Reason  string `json:"reason"` // such as "hidden folder" or "no image (.txt)"
	Count   int    `json:"count"`
	Example string `json:"example"` // the first of them, relative to the set's folder
}

// String is one line, such as "train 80 (cat 40, dog 40), test 20 (10 of each class)".
func (t *Taken) String() string {
	var parts []string
	for i := range t.Parts {
		p := &t.Parts[i]
		name := p.Part
		if p.Dir != p.Part && p.Dir != "." {
			name += " in " + p.Dir
		}
		what := CountsText(p.Counts, t.Classes)
		if p.Pairs > 0 {
			what = "pictures with labels"
		}
		parts = append(parts, fmt.Sprintf("%s %d (%s)", name, p.Samples(), what))
	}
	return strings.Join(parts, ", ")
}

// LeftOutText is one line, such as "3 × no image (.txt), 1 × hidden folder (cat/.ipynb_checkpoints)",
// "" where nothing was left out.
func (t *Taken) LeftOutText() string {
	var reasons []string
	for _, l := range t.LeftOut {
		example := l.Example
		if l.Count > 1 {
			example += ", …"
		}
		reasons = append(reasons, fmt.Sprintf("%d × %s (%s)", l.Count, l.Reason, example))
	}
	return strings.Join(reasons, ", ")
}

// countsNamed is up to how many classes CountsText names.
const countsNamed = 8

// CountsText says how many samples the classes have: "cat 40, dog 41" of a few,
// "200 of each of 10 classes" where they have equally many, else "7 to 250 of each of 12 classes".
func CountsText(counts []int, classes []string) string {
	if len(counts) == 0 {
		return "no classes"
	}
	least, most := slices.Min(counts), slices.Max(counts)
	switch {
	case least == most:
		return fmt.Sprintf("%d of each of %d classes", least, len(counts))
	case len(counts) <= countsNamed && len(counts) == len(classes):
		var named []string
		for k, n := range counts {
			named = append(named, fmt.Sprintf("%s %d", classes[k], n))
		}
		return strings.Join(named, ", ")
	}
	return fmt.Sprintf("%d to %d of each of %d classes", least, most, len(counts))
}

// LabelCounts returns how many samples of s each class has, by label.
func LabelCounts(s Split, classes int) []int {
	counts := make([]int, classes)
	for _, k := range s.Labels() {
		counts[k]++
	}
	return counts
}

// leftOutReasons bounds the reasons that are told apart: a hostile folder has as many endings of
// names as it wants.
const leftOutReasons = 20

// leaveOut counts one file or folder at path, relative to the set's folder.
func (t *Taken) leaveOut(reason, path string) {
	find := func(reason string) int {
		return slices.IndexFunc(t.LeftOut, func(l LeftOut) bool { return l.Reason == reason })
	}
	at := find(reason)
	if at < 0 && len(t.LeftOut) >= leftOutReasons {
		reason = "of other kinds"
		at = find(reason)
	}
	if at < 0 {
		at = len(t.LeftOut)
		t.LeftOut = append(t.LeftOut, LeftOut{Reason: reason, Example: path})
	}
	t.LeftOut[at].Count++
}
