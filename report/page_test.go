package report

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/vicinal-ml/vicinal/mix"
	"github.com/vicinal-ml/vicinal/study"
	"github.com/vicinal-ml/vicinal/train"
)

// citations are the addresses that the page's links may lead to.
var citations = []string{"https://arxiv.org/abs/1710.09412", "https://arxiv.org/abs/1801.02929"}

func TestWrite(t *testing.T) {
	results := tinyStudy(t)
	page, err := Write(results.Dir, results)
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	checkSelfContained(t, string(text), filepath.Dir(page))
	for _, want := range []string{
		"Which generalises better on digits: ERM, SamplePairing, mixup 0.2 or mixup 0.2, per=sample?",
		"mlp of 1,210 parameters, trained for 6 epochs on 20 samples and tested on", "seeds 1 to 3.",
		"All 12 runs", "vicinal compare --spec study.toml --out repeated", "methods = [&#39;erm&#39;", results.Machines[0].CPU,
		"samplepairing:warmup=1,on=2,off=1,last=1", "need not be equal", "Training loss: mixup 0.2", "Density of Beta(a, a)",
	} {
		if !strings.Contains(string(text), want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	for _, hidden := range []string{"not complete", "The border between two classes", "NaN", "%!", "ZgotmplZ", results.Dir} {
		if strings.Contains(string(text), hidden) {
			t.Errorf("the page says %q", hidden)
		}
	}
	var names []string
	for _, name := range []string{"differences", "test-error", "validation-error", "loss-mixup-0.2", "mixed-mixup-0.2", "beta"} {
		names = append(names, name+".png", name+".svg")
	}
	for _, name := range append(names, tableFiles...) {
		if info, err := os.Stat(filepath.Join(results.Dir, Folder, name)); err != nil || info.Size() == 0 {
			t.Errorf("%s: %v", name, err)
		}
	}
	lines := strings.Split(strings.TrimSpace(readFile(t, results.Dir, "curves.csv")), "\n")
	if want := 1 + 12*6; len(lines) != want {
		t.Errorf("curves.csv has %d lines, want %d", len(lines), want)
	}
	if text := readFile(t, results.Dir, "table.csv"); !strings.HasPrefix(text, "method,n,mean_test_error_percent,") || strings.Count(text, "\n") != 5 {
		t.Errorf("table.csv:\n%s", text)
	}

	// Written again from disk, every byte is the same.
	before := folder(t, results.Dir)
	loaded, err := study.Load(results.Dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Write(results.Dir, loaded); err != nil {
		t.Fatal(err)
	}
	after := folder(t, results.Dir)
	for name, text := range before {
		if !bytes.Equal(after[name], text) {
			t.Errorf("%s differs when it is written again", name)
		}
	}
	if len(before) != len(after) {
		t.Errorf("%d files, then %d", len(before), len(after))
	}
}

// checkSelfContained checks that a page fetches nothing and that its links
// lead to citations or to files beside it.
func checkSelfContained(t *testing.T, page, dir string) {
	t.Helper()
	for _, forbidden := range []string{"<script", "<link rel=\"stylesheet", "<iframe", "@import", "url(", "xlink:", " onload="} {
		if strings.Contains(page, forbidden) {
			t.Errorf("the page holds %q", forbidden)
		}
	}
	links := regexp.MustCompile(`<(\w+)[^>]*?\s(href|src|srcset|action|data|poster)="([^"]*)"`).FindAllStringSubmatch(page, -1)
	if len(links) < 8 { // the icon, two papers and five tables
		t.Errorf("%d links", len(links))
	}
	for _, link := range links {
		element, target := link[1], link[3]
		switch {
		case strings.HasPrefix(target, "data:") && element != "a", strings.HasPrefix(target, "#"):
		case element == "a" && slices.Contains(citations, target):
		case element == "a" && !strings.Contains(target, ":"):
			if _, err := os.Stat(filepath.Join(dir, target)); err != nil {
				t.Errorf("link to a file that is not there: %v", err)
			}
		default:
			t.Errorf("<%s> refers to %q", element, target)
		}
	}
}

func readFile(t *testing.T, dir, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, Folder, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// folder returns the files of a study's report.
func folder(t *testing.T, dir string) map[string][]byte {
	t.Helper()
	files := map[string][]byte{}
	entries, err := os.ReadDir(filepath.Join(dir, Folder))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		files[e.Name()] = []byte(readFile(t, dir, e.Name()))
	}
	return files
}

// A study that was stopped gives a report of what there is, which says so.
func TestWriteHalfDone(t *testing.T) {
	spec := study.DefaultSpec()
	spec.Model = "mlp:16"
	spec.Epochs, spec.Batch, spec.TrainSize, spec.Jobs = 2, 8, 2, 1
	spec.Seeds = []uint64{1, 2}
	for _, after := range []int{0, 1, 4} {
		dir := filepath.Join(t.TempDir(), "study")
		ctx, cancel := context.WithCancel(t.Context())
		ended := 0
		_, err := study.Run(ctx, spec, dir, newBackend, study.Hooks{
			Begin: func(study.RunRecord) {
				if ended == after {
					cancel()
				}
			},
			End: func(study.RunRecord) { ended++ },
		})
		cancel()
		if !errors.Is(err, train.ErrInterrupted) {
			t.Fatalf("err = %v", err)
		}
		results, err := study.Load(dir)
		if err != nil {
			t.Fatal(err)
		}
		page, err := Write(dir, results)
		if err != nil {
			t.Fatal(err)
		}
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(text), "The study is not complete: ") || strings.Contains(string(text), "NaN") {
			t.Errorf("after %d runs the page does not say that the study is not complete", after)
		}
		checkSelfContained(t, string(text), filepath.Dir(page))
	}
}

func TestWriteToy(t *testing.T) {
	results := tinyStudy(t)
	if toy, err := ReadToy(results.Dir); toy != nil || err != nil {
		t.Errorf("a toy that was not run: %v, %v", toy, err)
	}
	if err := WriteToy(results.Dir, tinyToy()); err != nil {
		t.Fatal(err)
	}
	page, err := Write(results.Dir, results)
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(text), "The border between two classes") || readFile(t, results.Dir, "toy.svg") == "" {
		t.Error("the toy is not in the report")
	}
	if err := os.WriteFile(filepath.Join(results.Dir, toyName), []byte("{"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := Write(results.Dir, results); err == nil || !strings.Contains(err.Error(), "toy.json is damaged") {
		t.Errorf("a damaged toy: %v", err)
	}
	if err := WriteToy(t.TempDir(), Toy{}); err == nil {
		t.Error("an empty toy was kept")
	}
}

// Where a report cannot be written one line says why.
func TestWriteRefused(t *testing.T) {
	results := tinyStudy(t)
	if err := os.WriteFile(filepath.Join(results.Dir, Folder), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	_, err := Write(results.Dir, results)
	if err == nil || !strings.Contains(err.Error(), filepath.Join(results.Dir, Folder)) || strings.Contains(err.Error(), "\n") {
		t.Errorf("a file in the way: %v", err)
	}
	if _, err := Write(t.TempDir(), &study.Results{}); err == nil {
		t.Error("the report of nothing was written")
	}
}

// A report needs no data, and goes without the mixed samples of runs that left none.
func TestWriteFromRunsAlone(t *testing.T) {
	results := tinyStudy(t)
	results.Spec.Data = "csv:gone.csv"
	write := func() string {
		t.Helper()
		page, err := Write(results.Dir, results)
		if err != nil {
			t.Fatal(err)
		}
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	if text := write(); strings.Contains(text, "mixed samples of") || !strings.Contains(text, "Large: the mixed sample") {
		t.Error("the page does not show the mixed samples")
	}
	kept := 0
	for _, run := range results.Runs {
		if os.Remove(filepath.Join(results.Dir, run.Dir, "mixed.safetensors")) == nil {
			kept++
		}
	}
	if kept == 0 {
		t.Fatal("no run has left mixed samples")
	}
	if text := write(); !strings.Contains(text, "are not there: the runs are from before they were kept") || strings.Contains(text, "Large: the mixed sample") {
		t.Error("the page does not say that there are no mixed samples")
	}
}

func TestSeriesOf(t *testing.T) {
	at := func(epoch int, phase mix.Phase, mixed float64, loss ...float64) train.Metric {
		m := train.Metric{Epoch: epoch, Phase: phase, Mixed: mixed}
		if len(loss) > 0 {
			m.Loss = &loss[0]
		}
		return m
	}
	run := func(method string, status study.Status, metrics ...train.Metric) course {
		return course{study.RunRecord{Method: method, Status: status}, metrics}
	}
	courses := []course{
		run("m", study.Finished, at(1, "warm-up", 0, 4), at(2, "on", 1, 3), at(3, "on", 1), at(4, "off", 0.2, 1)),
		run("m", study.Finished, at(1, "warm-up", 0, 6), at(2, "on", 1, 2), at(3, "on", 1), at(4, "off", 0.2, 2)),
		run("m", study.Unfinished, at(1, "warm-up", 0, 90)), // not counted beside finished runs
		run("n", study.Unfinished, at(1, "on", 1, 5)),
	}
	s, ok := seriesOf(courses, "m", 2, "M", trainingLoss)
	if !ok || s.Color != 2 || s.Method != "M" ||
		!slices.Equal(s.Epoch, []float64{1, 2, 4}) || !slices.Equal(s.Mean, []float64{5, 2.5, 1.5}) ||
		!slices.Equal(s.Low, []float64{4, 2, 1}) || !slices.Equal(s.High, []float64{6, 3, 2}) {
		t.Errorf("%+v", s)
	}
	if want := []Span{{0, 1, "warm-up", false}, {1, 3, "on", true}, {3, 4, "off", false}}; !slices.Equal(s.Phases, want) {
		t.Errorf("phases %v, want %v", s.Phases, want)
	}
	if s, ok := seriesOf(courses, "n", 0, "N", trainingLoss); !ok || !slices.Equal(s.Mean, []float64{5}) {
		t.Errorf("a method under way: %+v", s)
	}
	if _, ok := seriesOf(courses, "m", 0, "M", testError.Key()); ok {
		t.Error("a curve of what was not measured")
	}
}
