package train

import "time"

// timing is one line of timing.jsonl. Of an epoch that was interrupted it
// counts the part after the run was resumed.
type timing struct {
	Epoch      int       `json:"epoch"`
	Train      float64   `json:"train_seconds"`
	Evaluation float64   `json:"evaluation_seconds"`
	Ended      time.Time `json:"ended"`
}

func timingOf(epoch int, began, trained time.Time) timing {
	now := time.Now()
	return timing{Epoch: epoch, Train: trained.Sub(began).Seconds(), Evaluation: now.Sub(trained).Seconds(), Ended: now.UTC()}
}
