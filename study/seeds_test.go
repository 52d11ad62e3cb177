package study

import "testing"

func TestSeedsText(t *testing.T) {
	for _, c := range []struct {
		seeds []uint64
		want  string
	}{
		{[]uint64{7}, "seed 7"}, {[]uint64{2, 1}, "seeds 1, 2"}, {[]uint64{3, 1, 2}, "seeds 1 to 3"}, {[]uint64{9, 1}, "seeds 1, 9"},
		{[]uint64{1, 2, 4}, "seeds 1, 2, 4"},
	} {
		if got := SeedsText(c.seeds); got != c.want {
			t.Errorf("%d: %q, want %q", c.seeds, got, c.want)
		}
	}
}
