package task

import (
	"slices"
	"strings"
	"testing"

	"github.com/vicinal-ml/vicinal/data"
	"github.com/vicinal-ml/vicinal/measure"
)

// infos has a data set of each kind.
func infos() map[string]*data.Info {
	return map[string]*data.Info{
		Classify:   {Name: "pictures", Task: data.Classification, Classes: names("c", 7)},
		MultiLabel: {Name: "tags", Task: data.MultiLabel, Targets: []string{"Sky blue", "sky_blue", "100 %"}},
		Regress:    {Name: "table", Task: data.Regression, Targets: []string{"price, %", "price"}, TargetMean: []float64{1, 2}, TargetStd: []float64{3, 4}},
		Segment:    {Name: "streets", Task: data.Segmentation, Classes: []string{"road", "100%s", "Road", ""}},
	}
}

// TestEveryTask is what every task must hold; one that is added to the list of
// kinds enters by its data in infos.
func TestEveryTask(t *testing.T) {
	for _, name := range Names() {
		info := infos()[name]
		if info == nil {
			t.Errorf("infos has no data for task %s", name)
			continue
		}
		task, err := New("", info, Options{})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if task.String() != name || Of(info.Task) != name {
			t.Errorf("%s data has task %s, Of says %s", name, task, Of(info.Task))
		}
		if learns, output, err := Learns(name); err != nil || learns != info.Task {
			t.Errorf("Learns(%s): %v, %v", name, learns, err)
		} else if needs, n := task.Outputs(); needs != output || n < 1 {
			t.Errorf("%s needs %v, %d of them, and Learns says %v", name, needs, n, output)
		}
		if columns := task.Columns(); columns[0] != "loss" || len(unique(columns)) != len(columns) {
			t.Errorf("%s: columns %q", name, columns)
		}
		checkMeasures(t, task)
		for other, info := range infos() {
			if _, err := New(name, info, Options{}); (err == nil) != (other == name) {
				t.Errorf("task %s on data of %s: %v", name, other, err)
			} else if err != nil && (!strings.Contains(err.Error(), other) || strings.Contains(err.Error(), "\n")) {
				t.Errorf("task %s on data of %s does not tell the task that fits: %v", name, other, err)
			}
		}
	}
}

// checkMeasures: keys and headings are told apart on every part, and read back;
// the primary one is measured on the parts that choose and compare.
func checkMeasures(t *testing.T, task Task) {
	t.Helper()
	var keys, headings, csv []string
	primary := 0
	for _, m := range Table(task) {
		keys, headings, csv = append(keys, m.Key()), append(headings, m.Heading()), append(csv, m.Column())
		if part, name := measure.PartOf(m.Key()); part != m.Part || name != m.Name {
			t.Errorf("%s: PartOf(%q) is %q, %q", task, m.Key(), part, name)
		}
		if m.Better != measure.Lower && m.Better != measure.Higher {
			t.Errorf("%s: better %q of %s", task, m.Better, m.Key())
		}
		if h := m.Heading(); strings.Contains(h, "%!") || strings.Contains(h, "%s ") || !strings.Contains(h, " ") {
			t.Errorf("%s: heading %q", task, h)
		}
		if m.Name == task.Primary() {
			primary++
		}
	}
	if primary != len(measure.Parts()) {
		t.Errorf("%s: the primary measure %s is measured on %d parts", task, task.Primary(), primary)
	}
	for _, all := range [][]string{keys, headings, csv} {
		if len(unique(all)) != len(all) {
			t.Errorf("%s: not told apart: %q", task, all)
		}
	}
}

func unique(all []string) []string { return slices.Compact(slices.Sorted(slices.Values(all))) }

func TestBadSpecs(t *testing.T) {
	for spec, want := range map[string]string{
		"regres":              `did you mean "regress"`,
		"segment:huber=1":     "has no options",
		"classify:":           "has no options",
		"regress:":            "huber=D",
		"regress:huber=0":     "huber=D",
		"regress:huber=-1":    "huber=D",
		"regress:huber=NaN":   "huber=D",
		"regress:huber=1e999": "huber=D",
		"regress:delta=1":     "huber=D",
	} {
		info := infos()[Regress]
		for _, err := range []error{second(New(spec, info, Options{})), third(Learns(spec))} {
			if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
				t.Errorf("%q: %v, want one line with %s", spec, err, want)
			}
		}
	}
	for _, o := range []Options{{Smoothing: 0.1}, {ClassWeights: []float64{1, 2}}} {
		for name, info := range infos() {
			_, err := New("", info, o)
			if classes := name == Classify || name == Segment; (err == nil) != classes {
				t.Errorf("%+v and task %s: %v", o, name, err)
			}
		}
	}
}

func second(_ Task, err error) error            { return err }
func third[A, B any](_ A, _ B, err error) error { return err }

func TestWords(t *testing.T) {
	for _, c := range []struct{ names, want []string }{
		{[]string{"Price"}, []string{"price"}},
		{[]string{"a b", "a_b", "A-B!"}, []string{"a_b", "a_b_2", "a_b_3"}},
		{[]string{"a_3", "a", "a"}, []string{"a_3", "a", "a_3_"}},
		{[]string{"", "%", "x"}, []string{"1", "2", "x"}},
		{[]string{"Größe", "größe"}, []string{"größe", "größe_2"}},
	} {
		if got := words(c.names); !slices.Equal(got, c.want) {
			t.Errorf("%q: %q, want %q", c.names, got, c.want)
		}
	}
}
