package study

import (
	"fmt"
	"math"
)

// CompareSplits compares other with base, pair by pair, where each pair was
// trained and tested on a split of its own of the same samples: it is the
// corrected resampled t test. Splits share most of their samples, so that their
// differences are not independent and [Compare] would find far too many. The
// variance of the mean of J differences with the sample variance S² is
//
//	(1/J + test/training) S²,
//
// where training and test are the numbers of samples that a split trains and
// tests on. It answers whether the difference would hold on other samples of the
// same size, trained with other seeds. The interval is that of the test, and
// there is no exact one beside it.
//
// An error is returned for no training or test samples and as Compare returns it.
//
// See C. Nadeau and Y. Bengio, "Inference for the generalization error", Machine
// Learning 52 (2003), section 3.2, equation for the corrected resampled t-test.
func CompareSplits(base, other []float64, training, test int) (Paired, error) {
	if training < 1 || test < 1 {
		return Paired{}, fmt.Errorf("comparing splits of %d training and %d test samples: both need one at least", training, test)
	}
	result, err := compareByStudent(base, other)
	if err != nil || result.Test == nil {
		return result, err
	}
	t := result.Test
	factor := 1/float64(result.N) + float64(test)/float64(training)
	result.Test = student(result.Mean, t.SD, math.Sqrt(factor)*t.SD, t.DF)
	return result, nil
}
