package cli

import (
	"bytes"
	"io"
	"strconv"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// cleaner writes text to a stream whose reader may be a terminal. Names of files, classes, columns and
// tensors are what others chose: a control character among them could write the clipboard, a direction mark
// turn a line around. Each becomes U+FFFD, and so does each byte that is no UTF-8. Newlines and tabs pass,
// and of escape sequences the colours of [IO] where there are colours.
type cleaner struct {
	w      io.Writer
	colour bool

	mu    sync.Mutex
	begun []byte // of a character, from the last Write
}

// colours are the sequences of IO.style.
var colours = []string{"\x1b[1m", "\x1b[2m", "\x1b[32m", "\x1b[33m", "\x1b[0m"}

func (c *cleaner) Write(p []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	text := append(c.begun, p...)
	clean := make([]byte, 0, len(text))
	for len(text) > 0 {
		if n := c.colourAt(text); n > 0 {
			clean, text = append(clean, text[:n]...), text[n:]
			continue
		}
		if !utf8.FullRune(text) {
			break
		}
		r, n := utf8.DecodeRune(text)
		if unsafeRune(r) {
			r = utf8.RuneError
		}
		clean, text = utf8.AppendRune(clean, r), text[n:]
	}
	c.begun = bytes.Clone(text)
	if _, err := c.w.Write(clean); err != nil {
		return 0, err
	}
	return len(p), nil
}

// colourAt is the length of the colour at the beginning of text, 0 where there is none.
func (c *cleaner) colourAt(text []byte) int {
	for _, code := range colours {
		if c.colour && bytes.HasPrefix(text, []byte(code)) {
			return len(code)
		}
	}
	return 0
}

// unsafeRune says whether a terminal could do something else with r than show it: control characters, line
// and paragraph separators, and marks of direction.
func unsafeRune(r rune) bool {
	if r == '\n' || r == '\t' {
		return false
	}
	return unicode.IsControl(r) || r == '\u2028' || r == '\u2029' || unicode.Is(unicode.Bidi_Control, r)
}

// clean is one line of text as a cleaner without colours writes it.
func clean(text string) string {
	return strings.Map(func(r rune) rune {
		if r == '\n' || unsafeRune(r) {
			return utf8.RuneError
		}
		return r
	}, strings.ToValidUTF8(text, "\ufffd"))
}

// shown are names as they are listed: in Go's quotes where a name has what cannot be shown.
func shown(names []string) []string {
	list := make([]string, len(names))
	for i, name := range names {
		list[i] = name
		if clean(name) != name {
			list[i] = strconv.Quote(name)
		}
	}
	return list
}

// escapeJSON escapes what a cleaner would replace, which in JSON is inside strings alone.
func escapeJSON(object []byte) []byte {
	var escaped bytes.Buffer
	for _, r := range string(object) {
		if unsafeRune(r) {
			escaped.WriteString(`\u` + strconv.FormatInt(0x1_0000+int64(r), 16)[1:])
		} else {
			escaped.WriteRune(r)
		}
	}
	return escaped.Bytes()
}
