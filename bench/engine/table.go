package main

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// printTable prints a table in Markdown, padded so that it reads as it is too. The first column is text, the others are
// numbers.
func printTable(out io.Writer, head []string, rows [][]string) {
	width := make([]int, len(head))
	for _, row := range append([][]string{head}, rows...) {
		for i, cell := range row {
			width[i] = max(width[i], utf8.RuneCountInString(cell))
		}
	}
	line := func(row []string) {
		for i, cell := range row {
			pad := strings.Repeat(" ", width[i]-utf8.RuneCountInString(cell))
			if i == 0 {
				fmt.Fprintf(out, "| %s%s |", cell, pad)
			} else {
				fmt.Fprintf(out, " %s%s |", pad, cell)
			}
		}
		fmt.Fprintln(out)
	}
	line(head)
	rule := make([]string, len(head))
	for i, w := range width {
		if rule[i] = strings.Repeat("-", max(w, 3)); i > 0 {
			rule[i] = strings.Repeat("-", max(w-1, 2)) + ":"
		}
		width[i] = utf8.RuneCountInString(rule[i])
	}
	line(rule)
	for _, row := range rows {
		line(row)
	}
}
