package humanize

import (
	"strings"
	"testing"
)

func TestFew(t *testing.T) {
	for _, c := range []struct {
		names, want string
		most        int
	}{
		{"", "", 2}, {"a", "a", 2}, {"a b", "a, b", 2}, {"a b c", "a, b and 1 more", 2},
		{strings.Repeat("x ", 1001), "x and 1,000 more", 1},
	} {
		if got := Few(strings.Fields(c.names), c.most); got != c.want {
			t.Errorf("Few(%.10s, %d) = %q, want %q", c.names, c.most, got, c.want)
		}
	}
}

func TestSeries(t *testing.T) {
	for names, want := range map[string]string{"": "", "a": "a", "a b": "a or b", "a b c": "a, b or c"} {
		if got := Series(strings.Fields(names), "or"); got != want {
			t.Errorf("Series(%q) = %q, want %q", names, got, want)
		}
	}
}
