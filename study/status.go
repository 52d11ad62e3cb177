package study

// Status is how far one run of a study has come.
type Status string

const (
	Finished   Status = "finished"   // trained to the last epoch
	Diverged   Status = "diverged"   // the loss was no longer finite; the same spec diverges again
	Unfinished Status = "unfinished" // interrupted: resumed exactly by the next call
	Missing    Status = "missing"    // not begun
	Failed     Status = "failed"     // ended with an error; the next call goes on with it or begins it again
)
