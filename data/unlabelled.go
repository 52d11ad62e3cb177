package data

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/vicinal-ml/vicinal/stream"
)

// unlabel splits the training samples into those that keep their labels and
// those that are handed on without. Of one seed, more labels are those of fewer
// and others: the samples have an order, of which the first keep theirs, class by
// class or, in all, so that each beginning of it has the classes in proportion.
func (d *drawer) unlabel(all Split) (labelled, unlabelled Split, err error) {
	n, perClass := d.opt.Labelled, d.opt.LabelledPerClass
	if n == 0 && perClass == 0 {
		return all, withoutLabels(d.parts.train, nil), nil
	}
	classes := len(d.info.Classes)
	if d.keep != nil {
		classes = len(d.opt.Classes)
	}
	g := groups(all.Labels(), classes, all.Len())
	permute(g, stream.New(d.opt.Seed, stream.Labelled))
	var chosen []int32
	if n > 0 {
		chosen = inProportion(g)
		if n > len(chosen) {
			return nil, nil, &OptionError{d.info.Name, "Labelled", fmt.Sprintf("%d asked, there are %d training samples", n, len(chosen))}
		}
		chosen = chosen[:n]
	}
	for c := range g {
		if perClass > len(g[c]) {
			return nil, nil, &OptionError{d.info.Name, "LabelledPerClass", fmt.Sprintf("%d asked, a class has %d training samples", perClass, len(g[c]))}
		}
		chosen = append(chosen, g[c][:perClass]...)
	}
	has := make([]bool, all.Len())
	for _, i := range chosen {
		has[i] = true
	}
	var with, without []int32
	for i, k := range picked(all).index {
		if has[i] {
			with = append(with, k)
		} else {
			without = append(without, k)
		}
	}
	return d.keep.relabel(pick(d.parts.train, with)), withoutLabels(d.parts.train, without), nil
}

// inProportion returns the samples of all groups in one order, of which each
// beginning has the groups in proportion to their sizes, to a sample or two.
func inProportion(g [][]int32) []int32 {
	type place struct {
		sample int32
		at     float64
	}
	var places []place
	for _, group := range g {
		for i, k := range group {
			places = append(places, place{k, (float64(i) + 0.5) / float64(len(group))})
		}
	}
	slices.SortStableFunc(places, func(a, b place) int { return cmp.Compare(a.at, b.at) })
	order := make([]int32, len(places))
	for i, p := range places {
		order[i] = p.sample
	}
	return order
}

// withoutLabels returns the samples of base at index, of which nothing but their
// values can be read. It is an Images or a Sounds if base is.
func withoutLabels(base Split, index []int32) Split {
	p := &part{base: base, index: index}
	if stored, ok := base.(Images); ok {
		return &imagePart{p, stored}
	}
	if stored, ok := base.(Sounds); ok {
		return &soundPart{p, stored}
	}
	return p
}
