package data

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"
)

func mustOpen(t testing.TB, name string, opt Options) *Set {
	t.Helper()
	set, err := Open(context.Background(), name, opt)
	if err != nil {
		t.Fatalf("Open(%q, %+v): %v", name, opt, err)
	}
	return set
}

// generated and embedded sets, which every machine has.
var everywhere = []string{
	"digits", "iris", "toy:moons", "toy:spiral", "toy:blobs", "toy:swissroll", "synthetic:3x4x5:7",
	"csv:testdata/mixed.csv", "csv:testdata/mixed.csv?target=price",
}

func TestOpenEverySet(t *testing.T) {
	for _, name := range everywhere {
		t.Run(name, func(t *testing.T) {
			set := mustOpen(t, name, Options{TrainPerClass: -1})
			checkSet(t, set)
		})
	}
}

// checkSet is what every set must satisfy.
func checkSet(t *testing.T, set *Set) {
	t.Helper()
	if set.Title == "" || set.Source == "" || set.Licence == "" {
		t.Errorf("Title %q, Source %q, Licence %q: none may be empty", set.Title, set.Source, set.Licence)
	}
	channels := set.Shape[len(set.Shape)-1]
	if len(set.Mean) != channels || len(set.Std) != channels {
		t.Errorf("%d means and %d deviations for %d channels", len(set.Mean), len(set.Std), channels)
	}
	x := make([]float32, set.Size())
	for part, s := range map[string]Split{"train": set.Train, "validation": set.Validation, "test": set.Test} {
		if s.Len() == 0 {
			t.Errorf("%s is empty", part)
			continue
		}
		if sizeOf(s) != set.Size() {
			t.Errorf("%s has samples of %d values, want %d", part, sizeOf(s), set.Size())
		}
		if set.Task == Classification {
			if len(s.Labels()) != s.Len() {
				t.Errorf("%s: %d labels for %d samples", part, len(s.Labels()), s.Len())
			}
			for i, k := range s.Labels() {
				if k < 0 || int(k) >= len(set.Classes) {
					t.Fatalf("%s: label %d of sample %d is not in [0, %d)", part, k, i, len(set.Classes))
				}
			}
		} else if s.Labels() != nil || len(Targets(s)) != s.Len()*len(set.Targets) {
			t.Errorf("%s: %d labels, %d targets for %d samples", part, len(s.Labels()), len(Targets(s)), s.Len())
		}
		for _, i := range []int{0, s.Len() / 2, s.Len() - 1} {
			if err := s.Read(context.Background(), i, x); err != nil {
				t.Fatalf("%s: Read(%d): %v", part, i, err)
			}
			for _, v := range x {
				if math.IsNaN(float64(v)) || math.IsInf(float64(v), 0) {
					t.Fatalf("%s: sample %d has %v", part, i, v)
				}
			}
		}
		for _, i := range []int{-1, s.Len()} {
			if err := s.Read(context.Background(), i, x); err == nil {
				t.Errorf("%s: Read(%d) of %d samples gives no error", part, i, s.Len())
			}
		}
		if err := s.Read(context.Background(), 0, make([]float32, len(x)+1)); err == nil {
			t.Errorf("%s: Read into a destination of the wrong size gives no error", part)
		}
		cancelled, cancel := context.WithCancel(context.Background())
		cancel()
		if err := s.Read(cancelled, 0, x); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: Read with a cancelled context: %v", part, err)
		}
	}
}

func TestOpenErrors(t *testing.T) {
	for _, test := range []struct {
		name string
		opt  Options
		want string
	}{
		{"digitz", Options{}, `did you mean "digits"?`},
		{"toy:moon", Options{}, `did you mean "toy:moons"?`},
		{"toy", Options{}, "unknown data set"},
		{"", Options{}, "unknown data set"},
		{"something else entirely", Options{}, "known are digits, iris"},
		{"csv", Options{}, "use csv:FILE"},
		{"csv:", Options{}, "use csv:FILE"},
		{"csv:no-such-file", Options{}, "no such file"},
		{"digits?noise=1", Options{}, "option noise: unknown"},
		{"toy:moons?nose=1", Options{}, `did you mean "noise"?`},
		{"toy:moons?noise=-1", Options{}, "not a number in [0, 100]"},
		{"toy:moons?noise=NaN", Options{}, "not a number in [0, 100]"},
		{"toy:moons?noise=1&noise=2", Options{}, "given twice"},
		{"toy:moons?noise=1&x", Options{}, "key=value"},
		{"synthetic:3x32:10", Options{}, "use synthetic:CxHxW:K"},
		{"synthetic:3x32x0:10", Options{}, `"0" is not a dimension`},
		{"synthetic:99999999x99999999x99999999:10", Options{}, "is not a dimension"},
		{"synthetic:3x32x32:0", Options{}, "number of classes"},
		{"digits", Options{TrainPerClass: 61}, `class "0" has 59`},
		{"digits", Options{TrainPerClass: 5, TrainSize: 5}, "exclude each other"},
		{"digits", Options{TrainSize: -1}, "-1 is negative"},
		{"digits", Options{Task: "regression"}, `option Task: "regression" is asked, and it is a classification set`},
		{"toy:swissroll", Options{Task: "classification"}, `option Task: "classification" is asked, and it is a regression set`},
		{"csv:testdata/mixed.csv?task=classification", Options{Task: "regression"}, "option Task: regression is asked, and the name says task=classification"},
		{"digits", Options{TrainSize: 599}, "has 598 samples"},
		{"digits", Options{Validation: 5000}, "at most 888 can be had"},
		{"digits", Options{LabelNoise: 1.5}, "not a share in [0, 1]"},
		{"digits", Options{LabelNoise: math.NaN()}, "not a share in [0, 1]"},
		{"toy:moons", Options{Validation: 5000}, "at most 1000 can be had"},
		{"toy:swissroll", Options{LabelNoise: 0.5}, "no labels to replace"},
		{"toy:swissroll", Options{TrainPerClass: 1001}, "option TrainPerClass: 1001 asked, the training part has 1000 training samples"},
		{"toy:swissroll", Options{Classes: []string{"0"}}, "has no classes"},
		{"iris", Options{Classes: []string{}}, "is empty"},
		{"iris", Options{Classes: []string{"setosa", "versicolour"}}, `no class "versicolour", did you mean "versicolor"?`},
		{"iris", Options{Classes: []string{"setosa", "setosa"}}, "given twice"},
	} {
		set, err := Open(context.Background(), test.name, test.opt)
		if err == nil {
			t.Errorf("Open(%q, %+v) = %v, want an error with %q", test.name, test.opt, set.Name, test.want)
		} else if !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("Open(%q, %+v): %q, want one line with %q", test.name, test.opt, err, test.want)
		}
	}
	cancelled, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Open(cancelled, "digits", Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("Open with a cancelled context: %v", err)
	}
}

func TestErrorTypes(t *testing.T) {
	var name *NameError
	if _, err := Open(context.Background(), "nothing", Options{}); !errors.As(err, &name) {
		t.Errorf("an unknown name is %T", err)
	}
	var option *OptionError
	for _, n := range []string{"toy:moons?noise=x", "synthetic:1:1", "digits?a=b"} {
		if _, err := Open(context.Background(), n, Options{}); !errors.As(err, &option) {
			t.Errorf("Open(%q): %T, want *OptionError", n, err)
		}
	}
}

func TestDescribe(t *testing.T) {
	for _, name := range Names() {
		info, _, err := Describe(name)
		if err != nil {
			t.Errorf("Describe(%q): %v", name, err)
		} else if info.Title == "" || info.Source == "" || info.Licence == "" || info.Parts == "" {
			t.Errorf("Describe(%q) is incomplete: %+v", name, info)
		}
	}
	info, params, err := Describe("toy:moons?noise=0")
	if err != nil || info.Name != "toy:moons" || len(params) != 1 || params[0].Key != "noise" {
		t.Errorf("Describe(toy:moons): %q, %v, %v", info.Name, params, err)
	}
}
