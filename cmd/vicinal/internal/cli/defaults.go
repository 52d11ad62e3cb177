package cli

import "github.com/vicinal-ml/vicinal/train"

// What a comparison is where nothing else is said: few samples, where vicinal methods can show what they do,
// and enough seeds to tell. Chosen on the validation split of the digits with seeds 101 to 124, which the
// defaults do not use: the learning rate and the number of epochs for ERM alone, then mixup's parameter.
const (
	defaultSeeds    = 20
	digitsTrainSize = 15 // of each class
)

// countedSeeds are the seeds from 1 to n.
func countedSeeds(n int) []uint64 {
	list := make([]uint64, n)
	for i := range list {
		list[i] = uint64(i + 1)
	}
	return list
}

// fewSamples gives digits their default number of training samples.
func fewSamples(s *train.Spec) {
	if s.Data == "digits" && s.TrainSize == 0 {
		s.TrainSize = digitsTrainSize
	}
}
