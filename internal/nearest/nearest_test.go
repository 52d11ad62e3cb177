package nearest

import "testing"

func TestName(t *testing.T) {
	known := []string{"erm", "mixup", "samplepairing"}
	for _, c := range []struct{ got, want string }{
		{"mixup", "mixup"},
		{"mixpu", "mixup"},
		{"mixu", "mixup"},
		{"samplepair", "samplepairing"},
		{"samplparing", "samplepairing"},
		{"em", "erm"},
		{"cutmix-everything", ""},
		{"", ""},
	} {
		if got := Name(c.got, known); got != c.want {
			t.Errorf("Name(%q) = %q, want %q", c.got, got, c.want)
		}
	}
}

func TestDistance(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{{"", "", 0}, {"", "abc", 3}, {"kitten", "sitting", 3}, {"ab", "ba", 1}, {"flaw", "lawn", 2}} {
		if got := distance(c.a, c.b); got != c.want {
			t.Errorf("distance(%q, %q) = %d, want %d", c.a, c.b, got, c.want)
		}
		if got := distance(c.b, c.a); got != c.want {
			t.Errorf("distance(%q, %q) = %d, want %d", c.b, c.a, got, c.want)
		}
	}
}

func TestHint(t *testing.T) {
	if got := Hint("eopchs", []string{"epochs"}); got != `, did you mean "epochs"?` {
		t.Errorf("Hint = %q", got)
	}
	if got := Hint("zzzzzz", []string{"epochs"}); got != "" {
		t.Errorf("Hint = %q, want none", got)
	}
}
