package data

// Set is a data set, split. Its splits never overlap. None is nil; those but
// Train have no samples where there are none.
type Set struct {
	Info
	Train, Validation, Test Split

	// Unlabelled are the training samples that Options.Labelled leaves without
	// labels: its Labels are nil, and it is neither Targeted nor Segmented.
	Unlabelled Split

	// Preparation is what prepares the samples, for Options.Preparation.
	Preparation *Preparation

	// Taken is what was found in the set's folders, and what was left out; nil
	// where the set does not lie in folders of one file a sample.
	Taken *Taken

	// Remarks say what of the files was left out or taken otherwise than it
	// stands there, in one line each.
	Remarks []string

	// Broken are the files that Options.SkipBroken has left out.
	Broken []Broken

	seeded bool
}

// Seeded reports whether Options.Seed chose anything: the training samples,
// which of them have labels, or their labels. Where it did not, all seeds give the same set.
func (s *Set) Seeded() bool { return s.seeded }
