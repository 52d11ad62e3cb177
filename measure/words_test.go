package measure

import "testing"

func TestWords(t *testing.T) {
	for _, c := range []struct {
		title string
		part  Part
		want  string
	}{
		{"top-5 %s error", Train, "top-5 training error"}, {"IoU", Test, "test IoU"}, {"%s loss", Validation, "validation loss"},
		{"%1000000d%s 100%", Test, "%1000000dtest 100%"}, {"%s of %s", Test, "test of %s"},
	} {
		if got := (Measure{Title: c.title, Part: c.part}).Words(); got != c.want {
			t.Errorf("%q: %q, want %q", c.title, got, c.want)
		}
	}
}
