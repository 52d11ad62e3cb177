package study

// correct sets the Holm of every test of a family of comparisons: those that
// answer one question together, such as all of a study by the measure that it is
// about. A comparison without a test, or not yet run (nil), counts in the family
// as one that shows nothing.
func correct(family []*Paired) {
	p := make([]float64, len(family))
	for i, d := range family {
		p[i] = 1
		if d != nil && d.Test != nil {
			p[i] = d.Test.P
		}
	}
	for i, corrected := range Holm(p) {
		if d := family[i]; d != nil && d.Test != nil {
			d.Test.Holm = corrected
		}
	}
}
