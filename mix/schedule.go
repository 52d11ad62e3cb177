package mix

// schedule is the wrappers of one spec; zero values mean none.
type schedule struct {
	probability *float64
	warmup      int
	cycle       Cycle // none when On is 0
	settle      UntilSettled
	last        int
}

// wrap nests the wrappers around m in the order of all specs, so that equal
// specs give equal Methods: probability inmost, then the cycle, settling,
// warm-up and the last epochs, each naming the phase in preference to those
// inside it.
func (s schedule) wrap(m Method) Method {
	if s.probability != nil {
		m = Probability{m, *s.probability}
	}
	if s.cycle.On > 0 {
		c := s.cycle
		c.Method = m
		m = c
	}
	if s.settle.Patience > 0 {
		u := s.settle
		u.Method = m
		m = u
	}
	if s.warmup > 0 {
		m = Warmup{m, s.warmup}
	}
	if s.last > 0 {
		m = LastOff{m, s.last}
	}
	return m
}
