package report

import (
	"bytes"
	"encoding/xml"
	"errors"
	"image/png"
	"io"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"gonum.org/v1/plot"

	"github.com/vicinal-ml/vicinal/study"
)

// someFigures are one of each kind.
func someFigures(t *testing.T) []*Figure {
	t.Helper()
	var all []*Figure
	add := func(f *Figure, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, f)
	}
	add(BetaPlot(PaperAlphas...))
	add(BetaPlot(0, 1, 32))
	add(Differences(testError, someRows(t)))
	series := Series{
		Method: "SamplePairing", Color: 1, Epoch: []float64{1, 2, 3}, Mean: []float64{3, 2, 1}, Low: []float64{2.5, 1.5, 1}, High: []float64{3, 2.5, 1.5},
		Phases: []Span{{0, 1, "warm-up", false}, {1, 2, "on", true}, {2, 3, "fine-tune", false}},
	}
	single := Series{Method: "ERM", Epoch: []float64{3}, Mean: []float64{2}, Low: []float64{2}, High: []float64{2}}
	add(Curves(Course{Name: "error", Title: "Error", YLabel: "error, %", Series: []Series{single, series}, Shade: -1}))
	add(Curves(Course{Name: "loss", Title: "Loss", Note: "A note.", YLabel: "nats", Series: []Series{single, series}, Shade: 1}))
	add(ToyBoundary(tinyToy()))
	for _, shape := range [][]int{{2, 2, 1}, {1, 1, 3}, {2, 6}, {4}} {
		values := []float32{0, 0.25, 0.5, 1, 0, 0.25, 0.5, 1, 0, 0.25, 0.5, 1}[:volume(shape)]
		sample := Sample{Mixed: values, Own: values, Partner: values, OwnLabel: "cat", PartnerLabel: "an uncommonly long class name", Input: 0.7, Target: 1}
		add(PreviewGrid("mixup", shape, []Sample{sample, sample, sample, sample, sample, sample}))
	}
	return all
}

func volume(shape []int) int {
	n := 1
	for _, d := range shape {
		n *= d
	}
	return n
}

// someRows are rows of every verdict.
func someRows(t *testing.T) []study.Row {
	t.Helper()
	rows := []study.Row{{Method: "erm", Summary: study.Summarize([]float64{10, 11, 12, 13})}}
	p := []float64{1, 1, 1, 1, 1} // of all that are planned
	tested := map[int]*study.TTest{}
	for k, c := range []struct {
		method      string
		differences []float64
	}{
		{"samplepairing:always", []float64{-2, -2.1, -1.9, -2}}, {"mixup:0.2", []float64{3, 3.1, 2.9, 3}},
		{"mixup:1", []float64{-1, 1, -2, 2.5}}, {"mixup:2", []float64{1, 1, 1, 1}}, {"mixup:4", nil},
	} {
		row := study.Row{Method: c.method}
		base, values := []float64{10, 11, 12, 13}[:len(c.differences)], []float64{}
		for i, d := range c.differences {
			values = append(values, base[i]+d)
			row.Pairs = append(row.Pairs, study.SeedValue{Seed: uint64(i + 1), Value: d})
		}
		row.Summary = study.Summarize(values)
		if len(values) > 0 {
			paired, err := study.Compare(base, values)
			if err != nil {
				t.Fatal(err)
			}
			row.Difference = &paired
			if paired.Test != nil {
				p[k], tested[k] = paired.Test.P, paired.Test
			}
		}
		rows = append(rows, row)
	}
	corrected := study.Holm(p)
	for k, test := range tested {
		test.Holm = corrected[k]
	}
	return rows
}

// The same figure drawn anew gives the same bytes, in both formats.
func TestFigureBytes(t *testing.T) {
	first, second := someFigures(t), someFigures(t)
	for i, figure := range first {
		for format, draw := range map[string]func(*Figure, io.Writer) error{"PNG": (*Figure).PNG, "SVG": (*Figure).SVG} {
			var a, b bytes.Buffer
			if err := errors.Join(draw(figure, &a), draw(second[i], &b)); err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(a.Bytes(), b.Bytes()) {
				t.Errorf("%s %d: the %s differs when it is drawn again", figure.Name, i, format)
			}
		}
		if figure.Alt == "" || strings.Contains(figure.Alt, "NaN") {
			t.Errorf("%s: alternative text %q", figure.Name, figure.Alt)
		}
	}
}

func TestFigurePNG(t *testing.T) {
	for _, figure := range someFigures(t) {
		var b bytes.Buffer
		if err := figure.PNG(&b); err != nil {
			t.Fatal(err)
		}
		img, err := png.Decode(&b)
		if err != nil {
			t.Fatal(err)
		}
		width, height := figure.size()
		// 192 dots an inch, 72 points an inch.
		if w, h := img.Bounds().Dx(), img.Bounds().Dy(); math.Abs(float64(w)-width.Points()*192/72) > 1 || math.Abs(float64(h)-height.Points()*192/72) > 1 {
			t.Errorf("%s: %d x %d dots for %g x %g points", figure.Name, w, h, width.Points(), height.Points())
		}
		dark := 0
		for y := range img.Bounds().Dy() {
			for x := range img.Bounds().Dx() {
				if r, _, _, a := img.At(x, y).RGBA(); a != 0xffff {
					t.Fatalf("%s: the background shows through at %d, %d", figure.Name, x, y)
				} else if r < 0x8000 {
					dark++
				}
			}
		}
		if dark < 1000 {
			t.Errorf("%s: %d dark dots, the figure looks empty", figure.Name, dark)
		}
	}
}

// Every text lies inside the drawing, says how wide it is, and has a fallback font.
func TestFigureSVG(t *testing.T) {
	for _, figure := range someFigures(t) {
		var b bytes.Buffer
		if err := figure.SVG(&b); err != nil {
			t.Fatal(err)
		}
		decoder := xml.NewDecoder(bytes.NewReader(b.Bytes()))
		texts := 0
		for {
			token, err := decoder.Token()
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatalf("%s: %v", figure.Name, err)
			}
			if start, ok := token.(xml.StartElement); ok && start.Name.Local == "text" {
				texts++
				if attribute(start, "textLength") == "" || !strings.Contains(attribute(start, "style"), "sans-serif") {
					t.Errorf("%s: text %+v", figure.Name, start.Attr)
				}
			}
		}
		if texts < 3 {
			t.Errorf("%s has %d texts", figure.Name, texts)
		}
		if strings.Contains(b.String(), "image/jpg") {
			t.Errorf("%s: a PNG image is called a JPEG", figure.Name)
		}
	}
}

func attribute(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// A page's figure takes its colours from the page.
func TestInline(t *testing.T) {
	hex := regexp.MustCompile(`#[0-9A-Fa-f]{6}`)
	for _, figure := range someFigures(t) {
		inline, err := figure.inline()
		if err != nil {
			t.Fatal(err)
		}
		svg := string(inline.SVG)
		if !strings.HasPrefix(svg, "<svg ") || !strings.Contains(svg, `role="img" aria-label="`) || strings.Contains(svg, "http") {
			t.Errorf("%s: %.200s", figure.Name, svg)
		}
		if figure.Name == "toy" || figure.Name == "mixed" {
			continue // pictures keep colours of their own
		}
		if left := hex.FindAllString(svg, -1); left != nil {
			t.Errorf("%s: colours %v are not the page's", figure.Name, left)
		}
	}
	for _, scheme := range strings.SplitN(pageStyle, "@media (prefers-color-scheme: dark)", 2) {
		for name := range namedColors() {
			if !strings.Contains(scheme, "--"+name+": #") {
				t.Errorf("page.css does not define --%s in both schemes", name)
			}
		}
	}
}

func TestSave(t *testing.T) {
	figure, err := BetaPlot(0.2)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for _, name := range []string{"a.png", "a.SVG"} {
		if err := figure.Save(filepath.Join(dir, name)); err != nil {
			t.Error(err)
		}
	}
	for _, c := range []struct{ path, want string }{
		{"a.gif", `.png or .svg, not ".gif"`},
		{"a", `.png or .svg`},
		{"missing/a.png", "no such file or directory"},
	} {
		err := figure.Save(filepath.Join(dir, c.path))
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v, want one line with %q", c.path, err, c.want)
		}
	}
	if entries, _ := os.ReadDir(dir); len(entries) != 2 {
		t.Errorf("the folder holds %v", entries)
	}
}

func TestFiguresRefuse(t *testing.T) {
	nan := float32(math.NaN())
	panel := func(change func(*Toy)) Toy {
		toy := tinyToy()
		change(&toy)
		return toy
	}
	curve := func(s Series) Course { return Course{Name: "error", Series: []Series{s}} }
	for name, draw := range map[string]func() (*Figure, error){
		"beta of nothing":      func() (*Figure, error) { return BetaPlot() },
		"beta below 0":         func() (*Figure, error) { return BetaPlot(0.2, -1) },
		"beta of NaN":          func() (*Figure, error) { return BetaPlot(math.NaN()) },
		"beta of Inf":          func() (*Figure, error) { return BetaPlot(math.Inf(1)) },
		"curve without epochs": func() (*Figure, error) { return Curves(curve(Series{})) },
		"curve of odd lengths": func() (*Figure, error) {
			return Curves(curve(Series{Epoch: []float64{1, 2}, Mean: []float64{1}, Low: []float64{1}, High: []float64{1}}))
		},
		"curve of NaN": func() (*Figure, error) {
			return Curves(curve(Series{Epoch: []float64{1}, Mean: []float64{math.NaN()}, Low: []float64{1}, High: []float64{1}}))
		},
		"differences of one":   func() (*Figure, error) { return Differences(testError, []study.Row{{Method: "erm"}}) },
		"preview of nothing":   func() (*Figure, error) { return PreviewGrid("", []int{2}, nil) },
		"preview of odd shape": func() (*Figure, error) { return PreviewGrid("", []int{2, 2, 2}, make([]Sample, 1)) },
		"preview too short":    func() (*Figure, error) { return PreviewGrid("", []int{4}, []Sample{{Mixed: make([]float32, 3)}}) },
		"toy of nothing":       func() (*Figure, error) { return ToyBoundary(Toy{X: [2]float64{0, 1}, Y: [2]float64{0, 1}}) },
		"toy without area":     func() (*Figure, error) { return ToyBoundary(panel(func(t *Toy) { t.X = [2]float64{1, 1} })) },
		"toy of odd size":      func() (*Figure, error) { return ToyBoundary(panel(func(t *Toy) { t.Panels[1].Rows++ })) },
		"toy of NaN":           func() (*Figure, error) { return ToyBoundary(panel(func(t *Toy) { t.Panels[0].Probability[7] = nan })) },
		"toy above 1":          func() (*Figure, error) { return ToyBoundary(panel(func(t *Toy) { t.Panels[0].Probability[7] = 1.5 })) },
	} {
		if figure, err := draw(); err == nil {
			t.Errorf("%s was drawn: %s", name, figure.Alt)
		} else if strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: more than one line: %q", name, err)
		}
	}
}

// The shares in the legend, by SciPy 1.17.1:
//
//	python3 -c "from scipy.stats import beta; print([2 * beta.cdf(.01, a, a) for a in (1, .5, .2, .1, .01, .001)])"
func TestMassNearEnds(t *testing.T) {
	want := []float64{0.02, 0.1275371217170397, 0.41955538013550464, 0.6406165007512528, 0.955241522832374, 0.9954170365265913}
	for i, a := range PaperAlphas {
		if got := massNearEnds(a); math.Abs(got-want[i]) > 1e-12 {
			t.Errorf("a = %g: %.16g, want %.16g", a, got, want[i])
		}
	}
	if got := massNearEnds(0); got != 1 {
		t.Errorf("a = 0: %g, want 1", got)
	}
}

// Beta(1, 1) is uniform; Beta(2, 2) is 6 x (1-x); Beta(1/2, 1/2) is the arcsine law.
func TestBetaCurve(t *testing.T) {
	for _, c := range []struct {
		a       float64
		density func(x float64) float64
	}{
		{1, func(float64) float64 { return 1 }},
		{2, func(x float64) float64 { return 6 * x * (1 - x) }},
		{0.5, func(x float64) float64 { return 1 / (math.Pi * math.Sqrt(x*(1-x))) }},
	} {
		points := 0
		for _, piece := range betaCurve(c.a, 1e-3, 100) {
			for _, p := range piece {
				points++
				if want := c.density(p.X); math.Abs(p.Y-want) > 1e-9*want {
					t.Errorf("a = %g: density %g at %g, want %g", c.a, p.Y, p.X, want)
				}
			}
		}
		if points < 300 {
			t.Errorf("a = %g: %d points", c.a, points)
		}
	}
}

func TestWholeTicks(t *testing.T) {
	for _, c := range []struct {
		high float64
		want string
	}{{1, "0 1"}, {2, "0 1 2"}, {4, "0 1 2 3 4"}, {6, "0 1 2 3 4 5 6"}, {100, "0 20 40 60 80 100"}} {
		var labels []string
		for _, tick := range (wholeTicks{}).Ticks(0, c.high) {
			labels = append(labels, tick.Label)
		}
		if got := strings.Join(labels, " "); got != c.want {
			t.Errorf("to %g: %s, want %s", c.high, got, c.want)
		}
	}
}

func TestTicks(t *testing.T) {
	for _, c := range []struct {
		low, high float64
		want      string
	}{
		{0, 10, "0 2 4 6 8 10"}, {0, 1, "0.0 0.2 0.4 0.6 0.8 1.0"}, {-0.31, 0.2, "−0.3 −0.2 −0.1 0.0 0.1 0.2"}, {0, 33, "0 5 10 15 20 25 30"},
	} {
		var labels []string
		for _, tick := range (roundTicks{5}).Ticks(c.low, c.high) {
			labels = append(labels, tick.Label)
			value, err := strconv.ParseFloat(strings.Replace(tick.Label, "−", "-", 1), 64)
			if err != nil || math.Abs(value-tick.Value) > 1e-9 {
				t.Errorf("label %q at %g", tick.Label, tick.Value)
			}
		}
		if got := strings.Join(labels, " "); got != c.want {
			t.Errorf("from %g to %g: %s, want %s", c.low, c.high, got, c.want)
		}
	}
}

// What is drawn may come from a file that anyone wrote: no range has ticks without end.
func TestTicksEnd(t *testing.T) {
	for _, c := range []struct{ low, high float64 }{
		{1e17, 1e17 + 32}, {-1e17 - 32, -1e17}, {-math.MaxFloat64, math.MaxFloat64}, {0, math.MaxFloat64},
		{0, math.SmallestNonzeroFloat64}, {1, 1}, {1, 0}, {math.NaN(), 1}, {0, math.Inf(1)}, {math.Inf(-1), math.Inf(1)},
	} {
		for _, ticker := range []plot.Ticker{roundTicks{5}, wholeTicks{}, signedTicks{}} {
			if n := len(ticker.Ticks(c.low, c.high)); n > 20 {
				t.Errorf("%T from %g to %g: %d ticks", ticker, c.low, c.high, n)
			}
		}
	}
}

// A class may be called anything that a folder may be called.
func TestSVGOfAnyNameIsXML(t *testing.T) {
	name := "a\x1b]52;c;aGk=\x07\x00\ufffe\xff<&\nb"
	values := []float32{0, 1, 0, 1}
	figure, err := PreviewGrid(name, []int{2, 2, 1}, []Sample{{Mixed: values, Own: values, Partner: values, OwnLabel: name, PartnerLabel: name, Input: 1, Target: 1}})
	if err != nil {
		t.Fatal(err)
	}
	figure.Alt += name
	var alone bytes.Buffer
	if err := figure.SVG(&alone); err != nil {
		t.Fatal(err)
	}
	inPage, err := figure.inline()
	if err != nil {
		t.Fatal(err)
	}
	for where, text := range map[string]string{"alone": alone.String(), "in the page": string(inPage.SVG)} {
		for d := xml.NewDecoder(strings.NewReader(text)); ; {
			_, err := d.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatalf("%s: %v", where, err)
			}
		}
	}
}
