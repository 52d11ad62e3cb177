package report

import (
	"fmt"
	"path/filepath"

	"github.com/vicinal-ml/vicinal/internal/wholefile"
	"github.com/vicinal-ml/vicinal/study"
)

// Folder is the name of the report's folder in a study's folder.
const Folder = "report"

// Write writes the report of a study to dir/report and returns the path of its
// page, index.html. The page needs no other file and no network. Beside it lie
// every figure as PNG and SVG, and the tables as CSV and Markdown.
//
// A study that is not complete gives a report of what there is, which says so.
// The page is written last; every file appears whole or not at all. All of it is
// made from what the runs left; where a run of before left no mixed samples the
// page says so instead.
func Write(dir string, res *study.Results) (path string, err error) {
	if len(res.Rows) == 0 {
		return "", fmt.Errorf("writing the report of %s: the study has no methods", dir)
	}
	c, err := gather(dir, res)
	if err != nil {
		return "", fmt.Errorf("writing the report of %s: %w", dir, err)
	}
	folder := filepath.Join(dir, Folder)
	if err := wholefile.MkdirAll(folder); err != nil {
		return "", fmt.Errorf("writing the report: %w", err)
	}
	for _, figure := range c.figures() {
		for _, extension := range []string{".png", ".svg"} {
			if err := figure.Save(filepath.Join(folder, figure.Name+extension)); err != nil {
				return "", err
			}
		}
	}
	content := map[string][]byte{
		"table.csv": tableCSV(res), "table.md": []byte(Markdown(res)), "differences.csv": differencesCSV(res),
		"curves.csv": curvesCSV(res, c.courses), "runs.csv": res.CSV(),
	}
	for _, name := range tableFiles {
		if err := wholefile.Write(filepath.Join(folder, name), content[name]); err != nil {
			return "", err
		}
	}
	page, err := c.page(res)
	if err != nil {
		return "", fmt.Errorf("writing the report of %s: %w", dir, err)
	}
	path = filepath.Join(folder, "index.html")
	return path, wholefile.Write(path, page)
}

// tableFiles are the tables beside the page.
var tableFiles = []string{"table.csv", "table.md", "differences.csv", "curves.csv", "runs.csv"}
