package study

// Look is what a comparison had come to at one look of a sequential study.
type Look struct {
	Seeds int     `json:"seeds"` // of the study, at their end
	Pairs int     `json:"pairs"` // of them, those that have finished in both methods
	P     float64 `json:"p"`     // of Student's test at this look by itself
	Level float64 `json:"level"` // that this p is judged at, for 1-[Level] at all looks together
}
