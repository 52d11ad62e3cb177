package cli

import "testing"

func TestWrap(t *testing.T) {
	if got, want := wrap("one two", 6, 1, 10), "one\n two"; got != want {
		t.Errorf("from column 6: %q, want %q", got, want)
	}
	for _, c := range []struct{ text, want string }{
		{"", ""},
		{"one two", "one two"},
		{"name   a text that is long", "name   a\n  text\n  that is\n  long"},
		{"averyveryverylongword x", "averyveryverylongword\n  x"},
	} {
		if got := wrap(c.text, 0, 2, 10); got != c.want {
			t.Errorf("wrap(%q) = %q, want %q", c.text, got, c.want)
		}
	}
}
