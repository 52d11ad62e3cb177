// Package data opens data sets by name, splits them into training, validation
// and test parts that never overlap, and feeds them batch by batch.
//
//	set, err := data.Open(ctx, "digits", data.Options{TrainPerClass: 10, Seed: 1})
//	loader := data.Loader{Split: set.Train, Batch: 32, Seed: 1, Shuffle: true}
//	for batch, err := range loader.Epoch(ctx, 0, 0) { ... }
//
// # Splits
//
// A set's official parts are kept as they are. Where the source has no test or
// no validation part, it is drawn, stratified by class, by a fixed seed
// (SplitSeed): it is the same in every run, whatever Options.Seed says.
// Only what a study may vary comes from Options.Seed: which training samples
// are kept (stream "subset"), which of them keep their labels ("labelled") and
// which labels are corrupted ("label-noise").
//
// # Values
//
// Images are channels last, [H W C]; spectrograms [bins frames 1]; rows of
// tables [F]. Read gives normalised values: (x - mean) / deviation for each
// index of the last dimension (a channel of an image, a column of a table).
// Pixels are scaled to [0, 1] before. Mean and deviation are the published
// ones of the sets of the literature, else those of the whole training part,
// before a subset of it is drawn; the deviation is the population's (divided
// by n). Each spectrogram is normalised by itself.
//
// # Tables
//
// A column is numeric where each of its cells that is not missing is a finite
// decimal number, and categorical where none is: it becomes one 0/1 column for
// each text, in sorted order, which is not normalised. Equal numbers are one
// category, and one class, however they are written. Columns that mix the two,
// that hold dates or numbers in another notation, or look like an identifier
// are refused with the cell and the parameter that decides. A value is missing
// where the cell is empty or one of the marks "?", "NA", "N/A", "NaN", "null".
// A missing numeric value becomes the training mean (0 after normalisation); a
// missing categorical value is 0 in all of its columns. A missing target is an
// error. Set.Remarks says what was left out.
//
// # Targets
//
// Labels are classes of whole samples (Classification). Targets of Regression
// and MultiLabel are handed out as they stand in the table, a row a sample;
// Info.TargetMean and Info.TargetStd standardise those of Regression. Of
// Segmentation each pixel has a label: Segmented reads them, Void where a pixel
// belongs to no class, and augmentation moves them with the picture.
//
// # Other data
//
// Set.Preparation says how the samples came to be, and Options.Preparation
// prepares other data alike: what weights were trained on, they can be measured
// on only so.
//
// # Files
//
// The files of a set that is neither embedded nor generated are looked for in
// Options.Dir, or in the folder of Home, where Get puts them. All readers
// take files that are cut off, damaged or hostile: the error names file and
// place, and memory grows with what a file holds, not with what it claims.
//
// # Feeding
//
// Loader yields batches in an order that is a pure function of seed and epoch,
// augments images and sounds by the streams of package augment, and reads ahead on
// several cores if Workers is set, with the same result.
package data
