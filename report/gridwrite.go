package report

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"path/filepath"

	"github.com/vicinal-ml/vicinal/internal/humanize"
	"github.com/vicinal-ml/vicinal/internal/wholefile"
	"github.com/vicinal-ml/vicinal/study"
)

//go:embed gridpage.html
var gridPageText string

// gridPage is what gridpage.html shows.
type gridPage struct {
	Style          template.CSS
	Question, Lead string
	Conclusion     []string
	Head           []string
	Words          int // columns at the left that are words
	Table          [][]string
	Notes          []string
	Figures        []pageFigure
	Cells          []gridLink
	Spec           string
}

// gridLink leads to the report of one combination.
type gridLink struct{ Name, Page string }

// WriteGrid writes the report of a study with axes to g.Dir/report, and that of
// every combination to its own folder, and returns the path of its page.
func WriteGrid(g *study.Grid) (path string, err error) {
	page := gridPage{Style: template.CSS(pageStyle), Conclusion: GridConclusion(g), Notes: GridNotes(g), Words: len(g.Spec.Vary) + 1}
	for _, cell := range g.Cells {
		dir := filepath.Join(g.Dir, cell.Dir)
		if cell.Results.Count(study.Missing) == len(cell.Results.Runs) {
			continue
		}
		written, err := Write(dir, cell.Results)
		if err != nil {
			return "", err
		}
		link, err := filepath.Rel(filepath.Join(g.Dir, Folder), written)
		if err != nil {
			return "", fmt.Errorf("writing the report: %w", err)
		}
		page.Cells = append(page.Cells, gridLink{cell.Combination.String(), filepath.ToSlash(link)})
	}
	folder := filepath.Join(g.Dir, Folder)
	if err := wholefile.MkdirAll(folder); err != nil {
		return "", fmt.Errorf("writing the report: %w", err)
	}
	figures, err := axisFigures(g)
	if err != nil {
		return "", err
	}
	for _, figure := range figures {
		for _, extension := range []string{".png", ".svg"} {
			if err := figure.Save(filepath.Join(folder, figure.Name+extension)); err != nil {
				return "", err
			}
		}
		inline, err := figure.inline()
		if err != nil {
			return "", err
		}
		page.Figures = append(page.Figures, inline)
	}
	if err := wholefile.Write(filepath.Join(folder, "table.md"), []byte(GridMarkdown(g))); err != nil {
		return "", err
	}
	if err := wholefile.Write(filepath.Join(folder, "table.csv"), gridCSV(g)); err != nil {
		return "", err
	}
	first := g.Cells[0].Results
	cells, _ := gridCells(g)
	page.Head, page.Table = cells[0], cells[1:]
	page.Question = question(first)
	if g.Spec.Data != first.Spec.Data {
		page.Question = fmt.Sprintf("Which generalises better: %s?", humanize.Series(shortNames(first), "or"))
	}
	page.Lead = fmt.Sprintf("%s of %s, %s of %s, by each method with %s.", humanize.Count(len(g.Cells), "combination"),
		axesInWords(g.Spec.Vary), humanize.Count(g.Count(study.Finished), "finished run"), humanize.Thousands(int64(len(g.Cells)*len(first.Runs))), study.SeedsText(g.Spec.Seeds))
	text, err := g.Spec.TOML()
	if err != nil {
		return "", err
	}
	page.Spec = string(text)
	parsed, err := template.New("grid").Parse(gridPageText)
	if err != nil {
		return "", err
	}
	var out bytes.Buffer
	if err := parsed.Execute(&out, page); err != nil {
		return "", fmt.Errorf("writing the report of %s: %w", g.Dir, err)
	}
	path = filepath.Join(folder, "index.html")
	return path, wholefile.Write(path, out.Bytes())
}

// axesInWords names the axes.
func axesInWords(axes []study.Axis) string {
	names := make([]string, len(axes))
	for i, a := range axes {
		names[i] = a.Key
	}
	return humanize.Series(names, "and")
}

// gridCSV is the table with all digits, with a column for each axis.
func gridCSV(g *study.Grid) []byte {
	var lines [][]string
	for _, cell := range g.Cells {
		table := tableLines(cell.Results)
		if lines == nil {
			var head []string
			for _, axis := range g.Spec.Vary {
				head = append(head, axis.Key)
			}
			lines = append(lines, append(head, table[0]...))
		}
		for _, line := range table[1:] {
			var whole []string
			for _, s := range cell.Combination {
				whole = append(whole, s.Plain())
			}
			lines = append(lines, append(whole, line...))
		}
	}
	return encodeCSV(lines)
}
