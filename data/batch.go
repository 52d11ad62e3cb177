package data

// Batch is some samples of a split. Its memory belongs to the Loader's
// iteration that yields it, which fills it anew for a later step.
type Batch struct {
	Epoch, Step int
	N           int       // samples
	Index       []int     // which samples of the split; length N
	X           []float32 // normalised samples one after another, N times the values of a sample; nil with Loader.Raw
	Pixels      []uint8   // pixels in place of X with Loader.Raw, else nil
	Labels      []int32   // length N; N times the pixels of a sample for Segmentation; nil for the rest but Classification
	Targets     []float32 // N times len(Info.Targets) for Regression and MultiLabel, else nil
}
