package zoo

import "testing"

// TestCeil compares counts of windows with those of testdata/counts.py.
func TestCeil(t *testing.T) {
	tests := map[window][]int{
		{size: 3, stride: 2}:         {1, 2, 2, 3, 3, 4, 4, 5, 5},
		{size: 2, stride: 2}:         {1, 2, 2, 3, 3, 4, 4, 5, 5, 6},
		{size: 3, stride: 2, pad: 1}: {2, 3, 3, 4, 4, 5, 5, 6, 6},
		{size: 3, stride: 3, pad: 1}: {2, 2, 2, 3, 3, 3, 4, 4, 4},
		{size: 2, stride: 3}:         {1, 1, 2, 2, 2, 3, 3, 3, 4, 4},
	}
	for w, windows := range tests {
		w.ceil = true
		for i, want := range windows {
			n := w.size + i
			if got := w.count(n); got != want {
				t.Errorf("%+v: %d windows on %d pixels, want %d", w, got, n, want)
			}
			// The last window starts on the padded image, and end lets it end there.
			if last := (w.count(n)-1)*w.stride + w.size; last > n+w.pad+w.end(n) {
				t.Errorf("%+v on %d pixels: the last window ends at %d, behind %d", w, n, last, n+w.pad+w.end(n))
			}
		}
	}
}
