package mix

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/vicinal-ml/vicinal/stream"
)

// Every sample is visited once, whatever the partners are.
func TestOrderVisitsEachOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.OneOf(rapid.IntRange(1, 200), rapid.Just(maxOrder), rapid.Just(maxOrder+1)).Draw(t, "n")
		p := Plan{N: n, Partner: make([]int32, n), Second: rapid.Bool().Draw(t, "second")}
		if rapid.Bool().Draw(t, "permutation") {
			r := stream.New(rapid.Uint64().Draw(t, "seed"), stream.Partners).At(0, 0)
			r.Perm(p.Partner)
		} else {
			for i := range p.Partner {
				p.Partner[i] = int32(rapid.IntRange(0, n-1).Draw(t, "partner"))
			}
		}
		var o order
		o.init(&p)
		seen := make([]bool, n)
		visited := 0
		for i, ok := o.next(n); ok; i, ok = o.next(n) {
			if seen[i] {
				t.Fatalf("sample %d is visited twice", i)
			}
			seen[i] = true
			visited++
		}
		if visited != n {
			t.Fatalf("%d of %d samples visited", visited, n)
		}
	})
}
