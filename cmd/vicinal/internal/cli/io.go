package cli

import (
	"bytes"
	"fmt"
	"io"
	"os"

	"golang.org/x/term"
)

// IO is the terminal, or what stands in for it: every command reads and writes through it alone. What is
// written comes out without control characters but newlines, tabs and the IO's own colours.
type IO struct {
	In     io.Reader
	Out    io.Writer // results
	ErrOut io.Writer // progress, remarks, the error line

	Quiet bool // no progress and no remarks

	outTerminal, errTerminal bool
	color                    bool
	width                    func() int
}

// SystemIO is the process's own streams. Colour is used on a terminal unless NO_COLOR is set to anything
// or TERM is "dumb".
func SystemIO() *IO {
	t := &IO{
		In:          os.Stdin,
		outTerminal: term.IsTerminal(int(os.Stdout.Fd())),
		errTerminal: term.IsTerminal(int(os.Stderr.Fd())) && os.Getenv("TERM") != "dumb",
	}
	t.color = t.outTerminal && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
	t.Out, t.ErrOut = &cleaner{w: os.Stdout, colour: t.color}, &cleaner{w: os.Stderr}
	t.width = func() int {
		for _, stream := range []*os.File{os.Stderr, os.Stdout} {
			if w, _, err := term.GetSize(int(stream.Fd())); err == nil && w >= 20 {
				return w
			}
		}
		return 100
	}
	return t
}

// TestIO is an IO on memory that says it is no terminal.
func TestIO() (t *IO, out, errOut *bytes.Buffer) {
	out, errOut = new(bytes.Buffer), new(bytes.Buffer)
	t = &IO{In: new(bytes.Buffer), Out: &cleaner{w: out}, ErrOut: &cleaner{w: errOut}, width: func() int { return 80 }}
	return t, out, errOut
}

// IsTerminal says whether progress can be redrawn in place.
func (t *IO) IsTerminal() bool { return t.errTerminal }

// OutIsTerminal says whether results go to a terminal.
func (t *IO) OutIsTerminal() bool { return t.outTerminal }

// Color says whether results may carry colour.
func (t *IO) Color() bool { return t.color }

// Width is the terminal's width in columns, 100 where there is no terminal.
func (t *IO) Width() int { return t.width() }

// Printf writes a part of the result.
func (t *IO) Printf(format string, args ...any) { fmt.Fprintf(t.Out, format, args...) }

// Notef writes a remark that is no part of the result, one line, unless Quiet.
func (t *IO) Notef(format string, args ...any) {
	if !t.Quiet {
		fmt.Fprintf(t.ErrOut, format+"\n", args...)
	}
}

// redraw writes text, one line, over the line of the terminal that the cursor is in; "" takes the line away.
func (t *IO) redraw(text string) {
	line := "\r" + clean(text) + "\x1b[K"
	if c, ok := t.ErrOut.(*cleaner); ok {
		fmt.Fprint(c.w, line)
		return
	}
	fmt.Fprint(t.ErrOut, line)
}

// Bold is s in bold where results may carry colour.
func (t *IO) Bold(s string) string { return t.style("1", s) }

// Dim is s in a fainter colour where results may carry colour.
func (t *IO) Dim(s string) string { return t.style("2", s) }

// Green is s in green where results may carry colour.
func (t *IO) Green(s string) string { return t.style("32", s) }

// Yellow is s in yellow where results may carry colour.
func (t *IO) Yellow(s string) string { return t.style("33", s) }

func (t *IO) style(code, s string) string {
	if !t.color || s == "" {
		return s
	}
	return "\x1b[" + code + "m" + s + "\x1b[0m"
}
