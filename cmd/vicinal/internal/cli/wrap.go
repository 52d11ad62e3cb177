package cli

import (
	"strings"
	"unicode/utf8"
)

// wrap breaks text, which begins at column start, into lines that end before column width; those after the
// first begin with indent spaces. A word that is longer than a line stays whole.
func wrap(text string, start, indent, width int) string {
	var b strings.Builder
	column := start
	// Spaces at the beginning and between a name and its text stay as they are in the first line.
	for i, word := range strings.Split(text, " ") {
		switch {
		case i == 0:
		case column+1+utf8.RuneCountInString(word) > width && word != "":
			b.WriteString("\n" + strings.Repeat(" ", indent))
			column = indent
		default:
			b.WriteByte(' ')
			column++
		}
		b.WriteString(word)
		column += utf8.RuneCountInString(word)
	}
	return b.String()
}

// prose sets the paragraphs of a help text, which blank lines part, for the terminal.
func prose(t *IO, text string) string {
	paragraphs := strings.Split(text, "\n\n")
	for i, p := range paragraphs {
		paragraphs[i] = wrap(strings.Join(strings.Fields(p), " "), 0, 0, t.proseWidth())
	}
	return strings.Join(paragraphs, "\n\n")
}

// proseWidth is the terminal's width, but no wider than is good to read.
func (t *IO) proseWidth() int { return min(t.Width(), 100) }
