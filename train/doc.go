// Package train does one training run: a network, a data set, a mixing method
// and a seed, from the first step to the result.
//
//	set, err := data.Open(ctx, spec.Data, spec.DataOptions())
//	...
//	result, err := train.Run(ctx, backend, set, spec, "runs/digits", train.Hooks{})
//
// A run lives in a folder:
//
//	spec.toml            the resolved settings
//	metrics.jsonl        one object for each epoch; no clock in it
//	timing.jsonl         how long each epoch took
//	checkpoint-last      the state after the last saved step
//	checkpoint-previous  the one before (-2, -3, ... before that, with Spec.Keep)
//	checkpoint-best      the weights of the epoch with the best validation error
//	events.out.tfevents.* the metrics and the loss of steps, for TensorBoard
//	mixed.safetensors    the first mixed samples, to be drawn
//	predictions.safetensors what was made of each sample of the test part
//	result.json          written last, by rename: a folder with one is finished
//
// # Repeatable, to the bit
//
// Two runs of one spec on one machine write the same metrics.jsonl, byte for
// byte, and end with the same weights, however often they were interrupted or
// killed. Every random number is a function of the seed and the position, so a
// checkpoint needs no generator: it holds weights, running statistics,
// optimiser state, position, the sums of the unfinished epoch, the history
// that schedules look at, and how long metrics.jsonl was. A resumed run cuts
// the file back to that length and computes the rest again.
//
// # What is measured
//
// The loss and accuracy of training are those of the batches as they were
// trained on, and are kept apart for mixed and for unmixed batches: the
// accuracy of mixed batches is no accuracy of the network. Errors on the
// validation, test and training split are taken in inference mode, on unmixed
// samples. The best epoch is chosen on the validation split, never on the test
// split.
package train
