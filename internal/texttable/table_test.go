package texttable

import (
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

var results = Table{
	Head: []string{"method", "error, %", "n", "verdict"},
	Rows: [][]string{
		{"ERM", "5.92 ± 0.94", "20", ""},
		{"mixup | 1", "−", "", "no\ndifference"},
	},
	Align: "lrrl",
}

func TestString(t *testing.T) {
	want := "" +
		"method        error, %   n  verdict\n" +
		"ERM        5.92 ± 0.94  20\n" +
		"mixup | 1            −      no difference\n"
	if got := results.String(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if got := results.Width(); got != 41 {
		t.Errorf("width %d", got)
	}
}

func TestMarkdown(t *testing.T) {
	want := "" +
		"| method     |    error, % |   n | verdict       |\n" +
		"| ---------- | ----------: | --: | ------------- |\n" +
		"| ERM        | 5.92 ± 0.94 |  20 |               |\n" +
		"| mixup \\| 1 |           − |     | no difference |\n"
	if got := results.Markdown(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// The last letter of Align stands for the columns after it.
func TestAlign(t *testing.T) {
	for align, want := range map[string]string{
		"":   "a   b   c\n10  20  30\n",
		"r":  " a   b   c\n10  20  30\n",
		"lr": "a    b   c\n10  20  30\n",
	} {
		table := Table{Head: []string{"a", "b", "c"}, Rows: [][]string{{"10", "20", "30"}}, Align: align}
		if got := table.String(); got != want {
			t.Errorf("%q: got\n%s\nwant\n%s", align, got, want)
		}
	}
}

func TestStyle(t *testing.T) {
	table := Table{Head: []string{"a", "b"}, Rows: [][]string{{"one", "2"}}, Style: func(row, column int, cell string) string {
		if row < 0 || column == 1 {
			return "<" + cell + ">"
		}
		return cell
	}}
	if got, want := table.String(), "<a>    <b>\none  <2>\n"; got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if strings.Contains(table.Markdown(), "<") {
		t.Error("Markdown is styled")
	}
}

// Every cell is found where its column is, and no line is wider than Width.
func TestColumns(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		columns := rapid.IntRange(1, 5).Draw(t, "columns")
		cell := rapid.StringMatching(`[a-zé−|]{0,6}`)
		table := Table{
			Head:  rapid.SliceOfN(cell, columns, columns).Draw(t, "head"),
			Rows:  rapid.SliceOfN(rapid.SliceOfN(cell, columns, columns), 0, 4).Draw(t, "rows"),
			Align: rapid.StringMatching(`[lr]{0,6}`).Draw(t, "align"),
		}
		all := append([][]string{table.Head}, table.Rows...)
		lines := strings.SplitAfter(strings.TrimSuffix(table.String(), "\n"), "\n")
		if len(lines) != len(all) {
			t.Fatalf("%d lines of %d rows", len(lines), len(all))
		}
		for k, line := range lines {
			line = strings.TrimSuffix(line, "\n")
			if utf8.RuneCountInString(line) > table.Width() || strings.HasSuffix(line, " ") {
				t.Fatalf("line %q is wider than %d or ends with a space", line, table.Width())
			}
			runes, at := []rune(line), 0
			for i := range columns {
				width := 0
				for _, row := range all {
					width = max(width, utf8.RuneCountInString(row[i]))
				}
				found := ""
				if at < len(runes) {
					found = string(runes[at:min(at+width, len(runes))])
				}
				if strings.TrimSpace(found) != all[k][i] {
					t.Fatalf("column %d of %q is %q, not %q", i, line, found, all[k][i])
				}
				at += width + len(gap)
			}
		}
	})
}
