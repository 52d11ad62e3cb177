// Package cifartest gives tests the official CIFAR-10, and a part of CIFAR-100, in the layout of
// their binary archives.
//
// They are kept as lossless WebP columns of 32x32 images, in
// VICINAL_TEST_DATA/cifar10/cifar10-webp.tar and cifar100/cifar100-part-webp.tar: FILE-NNN.webp in
// the order of the records of FILE.bin, and FILE.labels, the label bytes of all records. CIFAR-10 is
// the release bit for bit; of CIFAR-100 there are 100 training and 50 test images of each class.
package cifartest

// DataVariable names the folder with the copies of real data sets.
const DataVariable = "VICINAL_TEST_DATA"

// UnpackedVariable names a folder that [Unpack] has written, which spares tests the unpacking.
const UnpackedVariable = "VICINAL_TEST_CIFAR"
