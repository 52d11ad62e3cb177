package task

import (
	"slices"
	"testing"
)

// Whether labels are the true ones is kept for some as for all samples.
func TestJudgedClean(t *testing.T) {
	for _, clean := range [][]bool{{true, true, true}, {true, false, true}, {false, true, false}, {true, true, false}} {
		j := &Judged{Width: 2}
		for i, c := range clean {
			j.Values = append(j.Values, float32(i), float32(-i))
			j.N++
			j.Label(c)
		}
		if noisy := slices.Contains(clean, false); noisy != (j.Clean != nil) || noisy && !slices.Equal(j.Clean, clean) {
			t.Errorf("%v became %v", clean, j.Clean)
		}
		s := j.Sample([]int{2, 0, 2})
		if s.N != 3 || s.Row(0)[0] != 2 || s.Row(1)[1] != 0 || s.Row(2)[1] != -2 {
			t.Errorf("%+v", s)
		}
		if j.Clean != nil && !slices.Equal(s.Clean, []bool{clean[2], clean[0], clean[2]}) {
			t.Errorf("%v of %v", s.Clean, clean)
		}
	}
}
