package report

import (
	"errors"
	"fmt"
	"io/fs"
	"math"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/vicinal-ml/vicinal/measure"
	"github.com/vicinal-ml/vicinal/study"
	"github.com/vicinal-ml/vicinal/train"
)

// course is the metrics of one run.
type course struct {
	study.RunRecord
	metrics []train.Metric
}

// readCourses reads the metrics of every run that has some.
func readCourses(res *study.Results) ([]course, error) {
	var all []course
	for _, run := range res.Runs {
		metrics, err := train.ReadMetrics(filepath.Join(res.Dir, run.Dir))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		metrics = slices.DeleteFunc(metrics, func(m train.Metric) bool { return m.Diverged })
		if len(metrics) > 0 {
			all = append(all, course{run, metrics})
		}
	}
	return all, nil
}

// trainingLoss is the key of the loss as trained on.
const trainingLoss = "loss"

// seriesOf summarises one method's runs: the finished ones, or, where none
// has, those under way. Only epochs that all of them measured are taken, so
// that no seed drops out along the curve. ok is false where there is none.
func seriesOf(courses []course, method string, place int, name, key string) (s Series, ok bool) {
	runs := slices.DeleteFunc(slices.Clone(courses), func(c course) bool { return c.Method != method })
	if finished := slices.DeleteFunc(slices.Clone(runs), func(c course) bool { return c.Status != study.Finished }); len(finished) > 0 {
		runs = finished
	}
	if len(runs) == 0 {
		return s, false
	}
	s = Series{Method: name, Color: place, Phases: spansOf(runs[0].metrics)}
	for i, m := range runs[0].metrics {
		low, high, sum := 0.0, 0.0, 0.0
		all := true
		for k, run := range runs {
			if i >= len(run.metrics) || math.IsNaN(run.metrics[i].Of(key)) {
				all = false
				break
			}
			v := run.metrics[i].Of(key)
			if k == 0 {
				low, high = v, v
			}
			low, high, sum = min(low, v), max(high, v), sum+v
		}
		if all {
			s.Epoch = append(s.Epoch, float64(m.Epoch))
			s.Mean, s.Low, s.High = append(s.Mean, sum/float64(len(runs))), append(s.Low, low), append(s.High, high)
		}
	}
	return s, len(s.Epoch) > 0
}

// spansOf joins epochs of one phase. An epoch counts as mixed when most of its
// samples were in mixed batches.
func spansOf(metrics []train.Metric) []Span {
	var spans []Span
	for _, m := range metrics {
		on := m.Mixed > 0.5
		if n := len(spans); n > 0 && spans[n-1].Phase == string(m.Phase) && spans[n-1].On == on {
			spans[n-1].To = float64(m.Epoch)
			continue
		}
		spans = append(spans, Span{From: float64(m.Epoch - 1), To: float64(m.Epoch), Phase: string(m.Phase), On: on})
	}
	return spans
}

// courseFigures draws the courses of the compared measure on the test and the
// validation part, and of the training loss: the measures of all methods together, the loss a figure a method, since
// losses of different mixtures are not comparable.
func courseFigures(res *study.Results, courses []course) ([]*Figure, error) {
	short := shortNames(res)
	var figures []*Figure
	add := func(c Course) error {
		f, err := Curves(c)
		if err == nil {
			figures = append(figures, f)
		}
		return err
	}
	note := "Mean over the seeds; the band reaches from the lowest to the highest seed."
	if len(res.Seeds()) == 1 {
		note = "With " + study.SeedsText(res.Seeds()) + "."
	}
	for _, part := range []measure.Part{measure.Test, measure.Validation} {
		m := res.Compared
		m.Part = part
		var all []Series
		for i, row := range res.Rows {
			if s, ok := seriesOf(courses, row.Method, i, short[i], m.Key()); ok {
				all = append(all, s)
			}
		}
		if len(all) == 0 {
			continue
		}
		if err := add(Course{Name: string(part) + "-" + strings.ReplaceAll(m.Name, "_", "-"), Title: capital(m.Words()), Note: note, YLabel: m.Heading(), Series: all, Shade: -1}); err != nil {
			return nil, err
		}
	}
	base, hasBase := seriesOf(courses, res.Rows[0].Method, 0, short[0], trainingLoss)
	for i, row := range res.Rows {
		own, ok := seriesOf(courses, row.Method, i, short[i], trainingLoss)
		if !ok || i == 0 && len(res.Rows) > 1 {
			continue
		}
		c := Course{Name: "loss-" + study.Slug(row.Method), Title: "Training loss: " + short[i], YLabel: lossLabel(res), Series: []Series{own}}
		c.Note = "Of the batches as they were trained on."
		if i > 0 {
			c.Note = fmt.Sprintf("Of the batches as trained on. Where mixing is on (shaded) it is the loss of mixed samples: not comparable with %s.", short[0])
			if hasBase {
				c.Series = []Series{base, own}
			}
			c.Shade = len(c.Series) - 1
		}
		if err := add(c); err != nil {
			return nil, err
		}
	}
	return figures, nil
}

// lossLabel names the training loss and its unit.
func lossLabel(res *study.Results) string {
	for _, m := range res.Measures {
		if m.Name == trainingLoss && m.Unit != "" {
			return "cross-entropy, " + m.Unit
		}
	}
	return "training loss"
}

// curvesCSV holds every epoch of every run.
func curvesCSV(res *study.Results, courses []course) []byte {
	var measures []measure.Measure
	for _, m := range res.Measures {
		if m.Part != measure.Train {
			measures = append(measures, m)
		}
	}
	head := []string{"method", "seed", "epoch", "step", "phase", "mixed_share", "learning_rate", "training_loss"}
	for _, m := range measures {
		head = append(head, m.Column())
	}
	lines := [][]string{head}
	optional := func(x float64) string {
		if math.IsNaN(x) {
			return ""
		}
		return digits(x)
	}
	for _, c := range courses {
		for _, m := range c.metrics {
			line := []string{
				c.Method, strconv.FormatUint(c.Seed, 10), strconv.Itoa(m.Epoch), strconv.FormatInt(m.Step, 10), string(m.Phase),
				digits(m.Mixed), digits(m.LearningRate), optional(m.Of(trainingLoss)),
			}
			for _, measured := range measures {
				line = append(line, optional(m.Of(measured.Key())))
			}
			lines = append(lines, line)
		}
	}
	return encodeCSV(lines)
}
