package task

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/vicinal-ml/vicinal/data"
	"github.com/vicinal-ml/vicinal/internal/nearest"
	"github.com/vicinal-ml/vicinal/zoo"
)

// The names of the tasks.
const (
	Classify   = "classify"
	MultiLabel = "multilabel"
	Regress    = "regress"
	Segment    = "segment"
)

// Options are what a run says of its loss beside the task's spec.
type Options struct {
	Smoothing    float64   // label smoothing, the share in [0, 1) of a target that is spread over all classes
	ClassWeights []float64 // of the classes in the loss; nil for none
}

// kind is a task without its data set.
type kind struct {
	name   string
	help   string // one line: the spec and what is learned
	learns data.Task
	output zoo.Output
	make   func(spec string, info *data.Info, o Options) (Task, error)
}

func kinds() []kind {
	return []kind{
		{Classify, "classify: one class a sample, by cross-entropy", data.Classification, zoo.ClassLogits,
			func(_ string, info *data.Info, o Options) (Task, error) {
				return &classify{len(info.Classes), o.Smoothing, o.ClassWeights}, nil
			}},
		{MultiLabel, "multilabel: yes or no for each of several labels, by sigmoid cross-entropy", data.MultiLabel, zoo.ClassLogits,
			func(_ string, info *data.Info, o Options) (Task, error) { return &multilabel{info.Targets}, nil }},
		{Regress, "regress[:huber=D]: real targets, by the squared error, or Huber's loss from D deviations on", data.Regression, zoo.ClassLogits, newRegress},
		{Segment, "segment: a class for every pixel, by cross-entropy; void pixels are left out", data.Segmentation, zoo.PixelLogits,
			func(_ string, info *data.Info, o Options) (Task, error) {
				return &segment{info.Classes, o.Smoothing, o.ClassWeights}, nil
			}},
	}
}

// Names lists the tasks.
func Names() []string {
	var names []string
	for _, k := range kinds() {
		names = append(names, k.name)
	}
	return names
}

// Help returns one line for each task.
func Help() []string {
	var lines []string
	for _, k := range kinds() {
		lines = append(lines, k.help)
	}
	return lines
}

// Of names the task of data of that kind.
func Of(t data.Task) string {
	for _, k := range kinds() {
		if k.learns == t {
			return k.name
		}
	}
	return ""
}

// Learns says which kind of data a spec learns from, and what it needs a
// network to compute.
func Learns(spec string) (data.Task, zoo.Output, error) {
	k, err := find(spec)
	if err != nil {
		return 0, 0, err
	}
	// Options are read with any data.
	_, err = k.make(spec, &data.Info{Targets: []string{"x"}, TargetMean: []float64{0}, TargetStd: []float64{1}, Classes: []string{"x"}}, Options{})
	return k.learns, k.output, err
}

// New returns the task of a spec on data; "" is the one that follows from the
// data. Errors say what of the spec is wrong, or why it does not fit the data.
func New(spec string, info *data.Info, o Options) (Task, error) {
	if spec == "" {
		spec = Of(info.Task)
	}
	k, err := find(spec)
	if err != nil {
		return nil, err
	}
	if k.learns != info.Task {
		return nil, fmt.Errorf("task %q learns from %s data, and %s is %s: its task is %s", spec, k.learns, info.Name, info.Task, Of(info.Task))
	}
	if k.learns == data.Regression || k.learns == data.MultiLabel {
		switch {
		case o.Smoothing != 0:
			return nil, fmt.Errorf("label_smoothing spreads a class over the others, and task %s has none", k.name)
		case o.ClassWeights != nil:
			return nil, fmt.Errorf("class_weights weigh classes, and task %s has none", k.name)
		}
	}
	return k.make(spec, info, o)
}

func find(spec string) (kind, error) {
	name, args, hasArgs := strings.Cut(spec, ":")
	for _, k := range kinds() {
		switch {
		case k.name != name:
		case hasArgs && k.name != Regress:
			return kind{}, fmt.Errorf("task %q: %s has no options, %q was given", spec, name, args)
		default:
			return k, nil
		}
	}
	return kind{}, fmt.Errorf("unknown task %q%s; known are %s", name, nearest.Hint(name, Names()), strings.Join(Names(), ", "))
}

// newRegress reads "regress" and "regress:huber=D".
func newRegress(spec string, info *data.Info, _ Options) (Task, error) {
	r := &regress{targets: info.Targets, mean: info.TargetMean, std: info.TargetStd}
	if len(r.mean) != len(r.targets) || len(r.std) != len(r.targets) || len(r.targets) == 0 {
		return nil, fmt.Errorf("task %q: data %s has %d targets with %d means and %d deviations", spec, info.Name, len(r.targets), len(r.mean), len(r.std))
	}
	for k, target := range r.targets {
		if m, s := r.mean[k], r.std[k]; !(s > 0) || math.IsInf(s, 0) || m-m != 0 {
			return nil, fmt.Errorf("task %q: data %s has a mean of %v and a deviation of %v of target %s: numbers are needed, the deviation above 0", spec, info.Name, m, s, target)
		}
	}
	if _, args, ok := strings.Cut(spec, ":"); ok {
		text, ok := strings.CutPrefix(args, "huber=")
		d, err := strconv.ParseFloat(text, 64)
		if !ok || err != nil || !(d > 0 && d <= 1e6) {
			return nil, fmt.Errorf("task %q: write regress or regress:huber=D, D above 0 being deviations of the target", spec)
		}
		r.huber = d
	}
	return r, nil
}
