package cli

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// hostileName writes the clipboard, rings the bell, moves the cursor, turns the line around and begins a new one.
const hostileName = "a\x1b]52;c;aGk=\x07\u009b2J\x9b2J\r\u202egnp\u2066.exe\u2029b\x7f\x00\nvicinal: done\xff"

func TestCleaner(t *testing.T) {
	for _, test := range []struct {
		name   string
		colour bool
		writes []string
		want   string
	}{
		{"plain", false, []string{"Größe 5 %, 漢字 …\n\tx\n"}, "Größe 5 %, 漢字 …\n\tx\n"},
		{"controls", false, []string{"\x1b]52;c;aGk=\x07|\x9b|\u009b|\x00|\x7f|\r"}, "\ufffd]52;c;aGk=\ufffd|\ufffd|\ufffd|\ufffd|\ufffd|\ufffd"},
		{"direction", false, []string{"\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c"}, strings.Repeat("\ufffd", 12)},
		{"colour where there is none", false, []string{"\x1b[1ma\x1b[0m"}, "\ufffd[1ma\ufffd[0m"},
		{"colour", true, []string{"\x1b[1ma\x1b[0m\x1b[32m\x1b[31m\x1b[2J"}, "\x1b[1ma\x1b[0m\x1b[32m\ufffd[31m\ufffd[2J"},
		{"a character in two writes", false, []string{"\xe6\xbc", "\xa2", "\xe5", "x"}, "漢\ufffdx"},
	} {
		t.Run(test.name, func(t *testing.T) {
			var out bytes.Buffer
			c := &cleaner{w: &out, colour: test.colour}
			for _, w := range test.writes {
				if n, err := c.Write([]byte(w)); n != len(w) || err != nil {
					t.Fatalf("Write = %d, %v", n, err)
				}
			}
			if out.String() != test.want {
				t.Errorf("%q, want %q", out.String(), test.want)
			}
		})
	}
}

func FuzzCleaner(f *testing.F) {
	f.Add([]byte(hostileName), 3)
	f.Add([]byte("\x1b[1m\xe6\xbc\xa2"), 5)
	f.Fuzz(func(t *testing.T, text []byte, at int) {
		at = max(0, min(at, len(text)))
		var out bytes.Buffer
		c := &cleaner{w: &out}
		for _, part := range [][]byte{text[:at], text[at:]} {
			if _, err := c.Write(part); err != nil {
				t.Fatal(err)
			}
		}
		for _, r := range out.String() {
			if r != '\n' && r != '\t' && unicode.IsControl(r) || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 {
				t.Fatalf("%q lets %U through", text, r)
			}
		}
		if !utf8.Valid(out.Bytes()) {
			t.Fatalf("%q gives %q, which is no UTF-8", text, out.String())
		}
	})
}

// Whatever way a name takes to a stream, on a terminal and elsewhere.
func TestNothingUnsafeLeavesIO(t *testing.T) {
	for _, terminal := range []bool{false, true} {
		io, out, errOut := TestIO()
		io.errTerminal, io.outTerminal = terminal, terminal
		io.Printf("%s\n", hostileName)
		io.Notef("remark: %s", hostileName)
		p := newProgress(io, 2)
		p.pause = 0
		p.step(1, hostileName)
		p.note(io.ErrOut, "%s", hostileName)
		p.close()
		if err := writeJSON(io, map[string]string{"name": hostileName}); err != nil {
			t.Fatal(err)
		}
		if Run(t.Context(), &Factory{IO: io}, []string{"data", "show", hostileName}) == 0 {
			t.Error("there is no such set")
		}
		// The progress line alone moves the cursor.
		text := out.String() + strings.NewReplacer("\r", "", "\x1b[K", "").Replace(errOut.String())
		for _, r := range text {
			if r != '\n' && (unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r)) {
				t.Errorf("terminal %v: %U in %q", terminal, r, text)
			}
		}
		if terminal == (strings.Count(errOut.String(), "\r") == 0) {
			t.Errorf("terminal %v: progress %q", terminal, errOut.String())
		}
	}
}

func TestJSONKeepsNames(t *testing.T) {
	io, out, _ := TestIO()
	name := strings.ToValidUTF8(hostileName, "\ufffd")
	if err := writeJSON(io, []string{name}); err != nil {
		t.Fatal(err)
	}
	var read []string
	if err := json.Unmarshal(out.Bytes(), &read); err != nil || len(read) != 1 || read[0] != name {
		t.Errorf("%q is read back as %q, %v", name, read, err)
	}
}
