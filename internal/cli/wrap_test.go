package cli

import "testing"

func TestWrap(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"", ""},
		{"one two", "one two"},
		{"name   a text that is long", "name   a\n  text\n  that is\n  long"},
		{"averyveryverylongword x", "averyveryverylongword\n  x"},
	} {
		if got := wrap(c.text, 10, 2); got != c.want {
			t.Errorf("wrap(%q) = %q, want %q", c.text, got, c.want)
		}
	}
}
