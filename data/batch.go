package data

// Batch is some samples of a split. Its memory belongs to the Loader's
// iteration that yields it, which fills it anew for a later step.
type Batch struct {
	Epoch, Step int
	N           int       // samples
	Index       []int     // which samples of the split; length N
	X           []float32 // normalised samples one after another, N times the values of a sample; nil with Loader.Raw
	Pixels      []uint8   // pixels in place of X with Loader.Raw, else nil
	Labels      []int32   // length N; nil for regression
	Targets     []float32 // length N; nil for classification
}
