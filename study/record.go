package study

// RunRecord is one run of the study: one method with one seed.
type RunRecord struct {
	Method string `json:"method"` // canonical spec
	Seed   uint64 `json:"seed"`
	Status Status `json:"status"`
	Dir    string `json:"dir"` // relative to the study's folder

	// The rest is zero unless Status is Finished.
	TestError       float64 `json:"test_error"`       // percent, last epoch
	ValidationError float64 `json:"validation_error"` // percent, last epoch
	TrainError      float64 `json:"train_error"`      // percent, last epoch, on unmixed training samples
	Steps           int64   `json:"steps"`
	Seconds         float64 `json:"seconds"` // of training, resumed parts added up
	FLOPs           float64 `json:"flops"`   // of training

	Note string `json:"note,omitempty"` // why it diverged
}
