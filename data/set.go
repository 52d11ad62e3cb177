package data

// Set is a data set, split. Its splits never overlap. Validation and Test are
// never nil; they have no samples where there are none.
type Set struct {
	Info
	Train, Validation, Test Split
}
