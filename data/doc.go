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
// are kept (stream "subset") and which labels are corrupted (stream
// "label-noise").
//
// # Values
//
// Images are channels last, [H W C]. Read gives normalised values: (x - mean) /
// deviation for each index of the last dimension (a channel of an image, a column of a
// table), with the mean and deviation of the whole training part, or for the sets of the literature,
// the published ones. The deviation is the population's (divided by n). Pixels are scaled to [0, 1] before.
//
// # Tables
//
// A column is numeric when each of its values that is not missing is a finite
// number; otherwise it is categorical and becomes one 0/1 column for each
// value, in sorted order, which is not normalised. A missing numeric value
// becomes the training mean (0 after normalisation); a missing categorical
// value is 0 in all of its columns. A missing target is an error.
package data
