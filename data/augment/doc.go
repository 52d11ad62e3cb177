// Package augment changes 8-bit images in random, label-preserving ways:
// crops, flips, colours, erased rectangles, as used by the recipes of the
// literature; and sounds. Labels of an image's pixels move with them. Resizing is
// the antialiased bilinear of Pillow, bit for bit; labels become the nearest.
//
//	pipeline, err := augment.Parse("crop:4,flip")
//	streams := pipeline.Streams(seed, "")
//	canvas.Set(32, 32, 3)            // and write canvas.Pix
//	err = pipeline.Apply(&canvas, streams, epoch, sample)
//
// Each operation draws from a random stream of its own, named after it, at a
// position given by epoch and sample: adding an operation moves no draw of another,
// and the result depends neither on batch size nor on the order of work.
package augment
