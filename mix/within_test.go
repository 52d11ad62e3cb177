package mix

import (
	"strings"
	"testing"
)

// Every eligible layer is drawn as often as any other, and what is mixed there is
// what mixup would mix at the input.
func TestHiddenDepths(t *testing.T) {
	for _, c := range []struct{ deepest, eligible int }{{0, 5}, {2, 3}, {4, 5}} {
		m, n := Mixup{Alpha: 1, Within: Within{Hidden: true, Deepest: c.deepest}}, 4000
		counts := make([]int, 5)
		for step := range n {
			at := At{Seed: 2, Step: step, N: 3, Blocks: 4}
			p, _ := draw(t, m, at)
			if p.Depth >= c.eligible {
				t.Fatalf("deepest=%d: mixed after block %d", c.deepest, p.Depth)
			}
			counts[p.Depth]++
			input, _ := draw(t, Mixup{Alpha: 1}, at)
			input.Depth = p.Depth
			if !equalPlans(p, input) {
				t.Fatalf("%+v, mixup %+v", p, input)
			}
		}
		chi := 0.0
		for _, k := range counts[:c.eligible] {
			expected := float64(n) / float64(c.eligible)
			chi += (float64(k) - expected) * (float64(k) - expected) / expected
		}
		if chi > 20 { // above once in 2,000 for 4 degrees of freedom
			t.Errorf("deepest=%d: depths %v", c.deepest, counts)
		}
	}
}

func TestCheckBlocks(t *testing.T) {
	for _, c := range []struct {
		spec   string
		blocks int
		want   string
	}{
		{"mixup:2,at=hidden,p=0.5", 0, "this one has none"},
		{"mixup:2,at=hidden,deepest=3,warmup=2", 2, "deepest=3 is more than the network's 2"},
		{"oneof:erm/mixup:2;at=hidden", 0, "this one has none"},
		{"mixup:2,at=hidden,deepest=2", 2, ""},
		{"mixup:2", 0, ""},
		{"erm", 0, ""},
	} {
		m, err := Parse(c.spec, 10)
		if err != nil {
			t.Fatal(err)
		}
		err = CheckBlocks(m, c.blocks)
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s in a network of %d blocks: %v, want %q", c.spec, c.blocks, err, c.want)
		}
	}
}
