// Package mixgraph applies the plans of package mix inside a GoMLX graph:
// partners and weights are inputs of the graph, so one static graph serves
// every method and every phase of a schedule.
//
// With a training step of your own, call Inputs and Targets or ClassTargets in
// it and feed the tensors of Tensors beside the batch. The results equal those
// of mix.ApplyFloat32, mix.ApplyRows and mix.ApplyClasses within rounding.
//
// With a train.Trainer of GoMLX, three lines of an existing loop change, the
// data set, the model and the loss; evaluation stays as it was, unmixed:
//
//	ds, err := mixgraph.New(ds, method, seed, epochs)
//	trainer := train.NewTrainer(backend, store, mixgraph.Model(modelFn),
//		mixgraph.ClassLoss(loss.CategoricalCrossEntropyLogits, classes), ...)
//
// As everywhere in GoMLX, functions that build graphs panic on misuse and the
// Trainer turns that into an error.
package mixgraph
