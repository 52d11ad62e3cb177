// Package stream draws random numbers by seed, name and position: counter-based
// streams, which have no state.
//
// Each kind of randomness of a run (initial values, order of the samples, who
// is mixed with whom, ...) is a Stream of its own, named by one of the constants
// or by one of them and what follows a slash. At and AtSample give the Rand of
// one position in the run, which draws numbers in order:
//
//	partners := stream.New(seed, stream.Partners)
//	...
//	r := partners.At(epoch, step)
//	r.Perm(partner)
//
// What is drawn is a pure function of seed, name and position. So a resumed run
// repeats the bits of the unbroken one without any generator's state being
// saved, and drawing more, or fewer, numbers from one stream moves no other.
//
// The generator is Philox4x64-10 (Salmon et al., "Parallel random numbers: as
// easy as 1, 2, 3", SC 2011), which NumPy has too: the tests compare the two.
package stream
