// Package mix mixes the samples of a training batch: Empirical Risk
// Minimisation, SamplePairing, mixup and their schedules, with no framework.
//
// All of them are one operation with different weights. A Plan says, for each
// sample of a batch, who its partner is and how much of its own input and
// target it keeps:
//
//	method              partner   weight of own input    weight of own target
//	ERM                 -         1                      1
//	SamplePairing       random    1/2                    1
//	mixup               random    l ~ Beta(a, a)         l
//	mixup, inputs only  random    l                      1
//
// and where: within a box of a picture (CutMix), or after a block of the network
// (manifold mixup). Partners are random, of a class, near, or of similar targets
// (C-Mixup); noise is a plan that adds it and mixes nothing.
//
// A Method draws the Plan of a batch; schedules are Methods that wrap Methods;
// Parse makes a Method from a spec such as "mixup:0.2,warmup=5". A Plan is a
// pure function of the batch's position in the run (At): it draws from named
// counter-based streams (package stream), so a resumed run repeats the same
// bits and nothing else in the run can disturb them.
//
// In a loop of your own, draw a Plan for each batch and apply it to inputs
// and targets, into memory you own, before the training step:
//
//	method, err := mix.Parse("mixup:0.2", epochs)
//	...
//	err = method.Draw(&plan, mix.At{Seed: 1, Epoch: epoch, Step: step, Epochs: epochs, Seen: seen, N: n})
//	...
//	err = mix.ApplyFloat32(mixed[:n*size], images, nil, &plan)
//	...
//	err = mix.ApplyClasses(targets[:n*classes], labels, nil, classes, &plan)
//
// The first example is the whole loop. What a schedule needs to know beside
// that (At.History, At.EpochSize) its Draw asks for.
//
// Package mixgraph applies the same plans inside a GoMLX training graph.
package mix
