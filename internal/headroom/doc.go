// Package headroom keeps GoMLX's Go backend from crashing in builds with
// GOEXPERIMENT=simd.
//
// There, in Go 1.27.0 to 1.27.4 on amd64, simd.LoadFloat32sPart(s) of fewer
// values than a vector has reads up to 60 bytes past the end of s before it
// masks them. That is harmless unless s ends where the memory that the heap
// has mapped ends: then the program dies of an "unexpected fault address". The
// backend's operations end with such a load.
package headroom
