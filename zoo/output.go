package zoo

// Output says what a network computes for one sample.
type Output int

const (
	ClassLogits Output = iota // a logit for each class: a batch gives [N Classes]
	PixelLogits               // a logit for each class and pixel: a batch of [N H W C] gives [N H W Classes]
	Values                    // Classes real values, such as a generated sample: a batch gives [N Classes]
	RealLogit                 // the logit of being real and not generated: a batch gives [N 1]
)

// String says it in words that follow "the network computes".
func (o Output) String() string {
	switch o {
	case ClassLogits:
		return "class logits"
	case PixelLogits:
		return "class logits of every pixel"
	case Values:
		return "real values"
	case RealLogit:
		return "the logit of a sample being real"
	default:
		return "unknown"
	}
}
