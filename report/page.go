package report

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"strings"

	"github.com/vicinal-ml/vicinal/internal/humanize"
	"github.com/vicinal-ml/vicinal/measure"
	"github.com/vicinal-ml/vicinal/study"
)

//go:embed page.html
var pageText string

//go:embed page.css
var pageStyle string

// pageData is what page.html shows.
type pageData struct {
	Style           template.CSS
	Question, Lead  string
	Shortfalls      []string
	Conclusion      []string
	Head            []string
	Table           []pageRow
	Notes           []string
	Differences     []pageFigure
	Courses         []pageFigure
	FirstSeed       string
	Mixed           []pageFigure
	MixedNote       string
	Toy             []pageFigure
	Facts           []fact
	Runs            []pageRun
	Compared        string // the compared measure, in words
	ComparedTitle   string // the same, to begin a line
	ComparedMeaning string
	RunHead         []string
	MeasureHead     []string
	Measures        []pageRow
	MeasuresAbout   string
	SecondaryHead   []string
	Secondary       []pageRow
	SecondaryNote   string
	Command, Spec   string
	DataSource      string
	Files           []string
}

// pageRow is a line of the table; Color is the number of its colour in page.css.
type pageRow struct {
	Color int
	Cells []string
}

type fact struct{ Name, Value string }

// pageRun is a line of the table of all runs.
type pageRun struct {
	Method       string
	Seed         uint64
	Values       []string
	Time, Status string
}

// page renders the HTML page.
func (c *content) page(res *study.Results) ([]byte, error) {
	page, err := template.New("page").Funcs(template.FuncMap{
		"number": func(i int, head []string) bool { return isNumber(i, len(head)) },
	}).Parse(pageText)
	if err != nil {
		return nil, err
	}
	source := res.Spec.Source()
	text, err := res.Spec.TOML()
	if err != nil {
		return nil, err
	}
	cells := tableCells(res)
	p := pageData{
		Style:    template.CSS(pageStyle),
		Question: question(res), Lead: lead(res),
		Shortfalls: shortfalls(res, true), Conclusion: Conclusion(res),
		Head: cells[0], Notes: explanations(res),
		FirstSeed: study.SeedsText(res.Spec.Seeds[:1]), MixedNote: c.mixedNote,
		Facts: facts(res, source), Runs: runs(res), RunHead: runHead(res), Compared: capital(res.Compared.Words()), ComparedTitle: capital(res.Compared.Words()), ComparedMeaning: about(res.Compared),
		Command: "vicinal compare --spec study.toml --out repeated", Spec: string(text),
		DataSource: source.Origin, Files: tableFiles,
	}
	for i, line := range cells[1:] {
		row := pageRow{Color: 0, Cells: line}
		if i > 0 {
			row.Color = (i-1)%len(seriesColors) + 1
		}
		p.Table = append(p.Table, row)
	}
	if cells := measureCells(res); cells != nil {
		p.MeasureHead, p.MeasuresAbout = cells[0], aboutAll(res)
		for _, line := range cells[1:] {
			p.Measures = append(p.Measures, pageRow{Cells: line})
		}
	}
	secondary, err := SecondaryTable(res)
	if err != nil {
		return nil, err
	}
	if secondary != nil {
		p.SecondaryHead, p.SecondaryNote = secondary.Head, SecondaryNote(secondary)
		for _, line := range secondary.Rows {
			p.Secondary = append(p.Secondary, pageRow{Cells: line})
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
	return text + ", by each method with " + study.SeedsText(res.Seeds()) + "."
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
			line.Time = humanize.Seconds(r.Seconds)
		}
		for _, m := range runMeasures(res) {
			text := "–"
			if x, ok := r.Values.Get(m.Key()); ok {
				text = number(x, m.Decimals(x))
			}
			line.Values = append(line.Values, text)
		}
		all = append(all, line)
	}
	return all
}

// about says what a measure is.
func about(m measure.Measure) string {
	if m.About == "" {
		return "Measured on the test samples"
	}
	return capital(m.About) + ", measured on the test samples"
}

// aboutAll says what the measures beside the compared one are.
func aboutAll(res *study.Results) string {
	var lines []string
	for _, m := range res.Shown() {
		if m.About != "" && m.Part == measure.Test {
			lines = append(lines, capital(m.Words())+": "+m.About+".")
		}
	}
	return strings.Join(lines, " ")
}

// runMeasures are the measures of the table of all runs: the compared one on
// the test part, on the validation part and on the training part.
func runMeasures(res *study.Results) []measure.Measure {
	var all []measure.Measure
	for _, part := range []measure.Part{measure.Test, measure.Validation, measure.Train} {
		m := res.Compared
		m.Part = part
		all = append(all, m)
	}
	return all
}

// runHead heads them.
func runHead(res *study.Results) []string {
	var head []string
	for _, m := range runMeasures(res) {
		head = append(head, m.Heading())
	}
	return head
}
