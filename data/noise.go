package data

import (
	"math"

	"github.com/vicinal-ml/vicinal/stream"
)

// corrupt replaces the labels of round(share * Len) samples of s by labels
// drawn uniformly from all classes, the true one among them (Zhang et al.,
// 2018, section 3.4). s is what pick returned.
func corrupt(s Split, classes int, share float64, seed uint64) {
	labels := make([]int32, s.Len())
	copy(labels, s.Labels())
	noise := stream.New(seed, stream.LabelNoise)
	order := make([]int32, len(labels))
	which := noise.At(0, 0)
	which.Perm(order)
	label := noise.At(0, 1)
	for _, i := range order[:int(math.Round(share*float64(len(labels))))] {
		labels[i] = int32(label.IntN(classes))
	}
	s.(interface{ relabel(labels, truth []int32) }).relabel(labels, TrueLabels(s))
}
