package stricttoml

import (
	"strings"
	"testing"
	"unicode/utf8"
)

type table struct {
	Rate float64 `toml:"rate,omitempty"`
}

type settings struct {
	Epochs int    `toml:"epochs"`
	Data   string `toml:"data"`
	Old    int    `toml:"old"`
	table
	Optimizer table `toml:"optimizer"`
}

func TestDecode(t *testing.T) {
	s := settings{Data: "digits"}
	if err := Decode("f.toml", []byte("epochs = 3\n[optimizer]\nrate = 0.5\n"), &s); err != nil || s.Epochs != 3 || s.Data != "digits" || s.Optimizer.Rate != 0.5 {
		t.Errorf("%+v, %v", s, err)
	}
	for text, want := range map[string]string{
		"data = 'x'\nepoch = 3":       `f.toml:2: unknown key "epoch", did you mean "epochs"?`,
		"[optimizer]\nepochs = 3":     `f.toml:2: unknown key "optimizer.epochs", did you mean "epochs"?`,
		"[optimizer]\nrat = 3":        `f.toml:2: unknown key "optimizer.rat", did you mean "optimizer.rate"?`,
		"[optimizer]\nzzzzzzzzzz = 3": `f.toml:2: unknown key "optimizer.zzzzzzzzzz"; known are data, epochs, optimizer.rate, rate`,
		"epochs = 'x'":                `f.toml:1:10: `,
		"epochs =":                    `f.toml:1:`,
	} {
		var s settings
		if err := Decode("f.toml", []byte(text), &s, "old"); err == nil || !strings.HasPrefix(err.Error(), want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
}

func FuzzDecode(f *testing.F) {
	f.Add("epochs = 3\n[optimizer]\nrate = 0.5\n")
	f.Add("[[optimizer]]\nrate = [")
	f.Add("epochs = 1" + strings.Repeat("0", 2000))
	f.Add(strings.Repeat("a", 2000) + " = 1")
	f.Add("[optimizer]\nrate = '" + strings.Repeat("a", 2000) + "'")
	f.Fuzz(func(t *testing.T, text string) {
		var s settings
		err := Decode("f.toml", []byte(text), &s)
		switch {
		case err == nil:
		case strings.TrimSpace(err.Error()) == "":
			t.Error("an error without words")
		case utf8.RuneCountInString(err.Error()) > 1000:
			t.Errorf("%.1100v", err)
		}
	})
}
