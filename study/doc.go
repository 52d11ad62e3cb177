// Package study compares methods: it trains every method with every seed and
// says what the differences show.
//
//	spec := study.DefaultSpec()
//	spec.Methods = []string{"erm", "samplepairing", "mixup:0.2"}
//	results, err := study.Run(ctx, spec, "runs/digits", newBackend, study.Hooks{})
//
// The first method is the base: the others are compared with it. Runs of the
// same seed share initialisation, order of the samples, and training subset,
// whatever the method, so they are compared pair by pair (see [Compare]).
//
// A study may add seeds until every comparison is clear (see [Stop]); its looks
// are then fixed before the first run, and its intervals and p-values allow for
// them.
//
// A study lives in a folder:
//
//	study.toml                    what is compared: the resolved spec
//	runs/METHOD/seed-N/           one run, see package train
//	results.json                  every run and the table, rewritten after each run
//	results.csv                   one line a run; no clock in it
//
// It can be stopped at any time and goes on where it was. Finished runs are
// never repeated: more seeds or methods extend the study. What is not the same
// study is refused ([ErrOtherStudy]), and so are runs that were made from other
// data or by another arithmetic ([ErrNotComparable]).
package study
