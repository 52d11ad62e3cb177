package report

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"strings"

	"github.com/vicinal-ml/vicinal/data"
	"github.com/vicinal-ml/vicinal/internal/humanize"
	"github.com/vicinal-ml/vicinal/study"
)

//go:embed page.html
var pageText string

//go:embed page.css
var pageStyle string

// pageData is what page.html shows.
type pageData struct {
	Style          template.CSS
	Question, Lead string
	Shortfalls     []string
	Conclusion     []string
	Head           []string
	Table          []pageRow
	Notes          []string
	Differences    []pageFigure
	Courses        []pageFigure
	FirstSeed      string
	Mixed          []pageFigure
	MixedNote      string
	Toy            []pageFigure
	Facts          []fact
	Runs           []pageRun
	MeasureHead    []string
	Measures       []pageRow
	Command, Spec  string
	DataSource     string
	Files          []string
}

// pageRow is a line of the table; Color is the number of its colour in page.css.
type pageRow struct {
	Color int
	Cells []string
}

type fact struct{ Name, Value string }

// pageRun is a line of the table of all runs.
type pageRun struct {
	Method                                 string
	Seed                                   uint64
	TestError, ValidationError, TrainError string
	Time, Status                           string
}

// page renders the HTML page.
func (c *content) page(res *study.Results) ([]byte, error) {
	page, err := template.New("page").Funcs(template.FuncMap{
		"number": func(i int, head []string) bool { return isNumber(i, len(head)) },
	}).Parse(pageText)
	if err != nil {
		return nil, err
	}
	info, _, _ := data.Describe(res.Spec.Data) // where it is not known the page goes without
	text, err := res.Spec.TOML()
	if err != nil {
		return nil, err
	}
	cells := tableCells(res)
	p := pageData{
		Style:    template.CSS(pageStyle),
		Question: question(res), Lead: lead(res),
		Shortfalls: shortfalls(res), Conclusion: Conclusion(res),
		Head: cells[0], Notes: explanations(res),
		FirstSeed: study.SeedsText(res.Spec.Seeds[:1]), MixedNote: c.mixedNote,
		Facts: facts(res, &info), Runs: runs(res),
		Command: "vicinal compare --spec study.toml --out repeated", Spec: string(text),
		DataSource: source(&info), Files: tableFiles,
	}
	for i, line := range cells[1:] {
		row := pageRow{Color: 0, Cells: line}
		if i > 0 {
			row.Color = (i-1)%len(seriesColors) + 1
		}
		p.Table = append(p.Table, row)
	}
	if cells := measureCells(res); cells != nil {
		p.MeasureHead = cells[0]
		for _, line := range cells[1:] {
			p.Measures = append(p.Measures, pageRow{Cells: line})
		}
	}
	for _, group := range []struct {
		figures []*Figure
		to      *[]pageFigure
	}{
		{[]*Figure{c.differences}, &p.Differences}, {c.development, &p.Courses},
		{append(c.mixed, c.beta), &p.Mixed}, {[]*Figure{c.toy}, &p.Toy},
	} {
		for _, figure := range group.figures {
			if figure == nil {
				continue
			}
			inline, err := figure.inline()
			if err != nil {
				return nil, err
			}
			*group.to = append(*group.to, inline)
		}
	}
	var out bytes.Buffer
	if err := page.Execute(&out, p); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// question is the title of the page.
func question(res *study.Results) string {
	short := shortNames(res)
	if len(short) == 1 {
		return fmt.Sprintf("How well does %s generalise on %s?", short[0], res.Spec.Data)
	}
	return fmt.Sprintf("Which generalises better on %s: %s?", res.Spec.Data, humanize.Series(short, "or"))
}

// lead says in a sentence what was done.
func lead(res *study.Results) string {
	s := res.Spec
	model, _, _ := strings.Cut(s.Model, ":")
	text := "The network " + model
	if n := res.Sizes; n.Params > 0 {
		text += fmt.Sprintf(" of %s parameters, trained for %s on %s samples and tested on %s",
			humanize.Thousands(int64(n.Params)), lengthOf(s), humanize.Thousands(int64(n.TrainSamples)), humanize.Thousands(int64(n.TestSamples)))
	} else {
		text += ", trained for " + lengthOf(s)
	}
	return text + ", by each method with " + study.SeedsText(s.Seeds) + "."
}

// runs lists all runs.
func runs(res *study.Results) []pageRun {
	short := map[string]string{}
	for i, name := range shortNames(res) {
		short[res.Rows[i].Method] = name
	}
	var all []pageRun
	for _, r := range res.Runs {
		line := pageRun{Method: short[r.Method], Seed: r.Seed, Status: string(r.Status)}
		if r.Note != "" {
			line.Status += " " + r.Note
		}
		if r.Status == study.Finished {
			line.TestError, line.Time = number(r.TestError, 2), humanize.Seconds(r.Seconds)
			line.ValidationError, line.TrainError = optional(r.ValidationError), optional(r.TrainError)
		}
		all = append(all, line)
	}
	return all
}

func optional(x *float64) string {
	if x == nil {
		return "–"
	}
	return number(*x, 2)
}
