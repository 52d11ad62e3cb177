package cli

import "strings"

// wrap breaks text into lines of at most width columns; those after the first begin with indent spaces. A
// word that is longer than a line stays whole.
func wrap(text string, width, indent int) string {
	var b strings.Builder
	column := 0
	// Spaces at the beginning and between a name and its text stay as they are in the first line.
	for i, word := range strings.Split(text, " ") {
		switch {
		case i == 0:
		case column+1+len(word) > width && word != "":
			b.WriteString("\n" + strings.Repeat(" ", indent))
			column = indent
		default:
			b.WriteByte(' ')
			column++
		}
		b.WriteString(word)
		column += len(word)
	}
	return b.String()
}
