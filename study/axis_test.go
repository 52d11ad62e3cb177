package study

import (
	"slices"
	"strings"
	"testing"
)

func TestParseAxis(t *testing.T) {
	for text, want := range map[string]Axis{
		"train_size=10,20":                 {"train_size", []string{"10", "20"}},
		"label-noise=0, 0.25":              {"label_noise", []string{"0", "0.25"}},
		"model=mlp:8,cnn:width=4":          {"model", []string{"'mlp:8'", "'cnn:width=4'"}},
		`augment="crop:4,flip","none"`:     {"augment", []string{"'crop:4,flip'", "'none'"}},
		"optimizer.learning_rate=0.1,0.01": {"optimizer.learning_rate", []string{"0.1", "0.01"}},
		"drop_last=true,false":             {"drop_last", []string{"true", "false"}},
		`classes=["a","b"],["c"]`:          {"classes", []string{"['a', 'b']", "['c']"}},
	} {
		if got, err := ParseAxis(text); err != nil || got.Key != want.Key || !slices.Equal(got.Values, want.Values) {
			t.Errorf("%s: %+v, %v, want %+v", text, got, err, want)
		}
	}
	for text, want := range map[string]string{
		"train_size": "write a setting", "=1": "write a setting", "train_size=": "write a setting",
		"train_size=10,10": "there twice", "optimizer={name=1}": "is a table",
	} {
		if got, err := ParseAxis(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %+v, %v, want an error with %q", text, got, err, want)
		}
	}
}

func TestCombinations(t *testing.T) {
	s := tinySpec()
	s.Classes = []string{"0", "1", "2"}
	s.Vary = []Axis{{"label_noise", []string{"0", "0.5"}}, {"optimizer.learning_rate", []string{"0.1", "0.2", "0.3"}}}
	all := s.Combinations()
	if len(all) != 6 || all[1].String() != "label_noise=0, optimizer.learning_rate=0.2" || all[5].String() != "label_noise=0.5, optimizer.learning_rate=0.3" {
		t.Fatalf("%v", all)
	}
	folders := map[string]bool{}
	for _, c := range all {
		folders[c.slug()] = true
		at, err := s.At(c)
		if err != nil {
			t.Fatal(err)
		}
		if len(at.Vary) != 0 || c[0].Value == "0.5" != (at.LabelNoise == 0.5) || at.Optimizer.LearningRate == 0 || !slices.Equal(at.Classes, s.Classes) || at.Optimizer.Momentum != s.Optimizer.Momentum {
			t.Errorf("%v gives %+v", c, at)
		}
	}
	if len(folders) != 6 {
		t.Errorf("folders %v", folders)
	}
	if s.LabelNoise != 0 {
		t.Error("the study itself was changed")
	}
	for want, vary := range map[string][]Axis{
		`"traim_size" is no setting that can be varied, did you mean "train_size"?`: {{"traim_size", []string{"1"}}},
		`"seed" is no setting`:         {{"seed", []string{"1"}}},
		"label_noise = 2 is not":       {{"label_noise", []string{"0", "2"}}},
		"train_size cannot be 'a'":     {{"train_size", []string{"'a'"}}},
		"train_size is there twice":    {{"train_size", []string{"1"}}, {"train_size", []string{"2"}}},
		"unknown model":                {{"model", []string{"'cnnn'"}}},
		"from 1 to 1000 can be":        {{"batch", slices.Repeat([]string{"1"}, 1001)}},
		"a study with axes is one for": nil,
	} {
		s.Vary = vary
		_, err := s.ResolveAxes()
		if vary == nil {
			s.Vary = []Axis{{"batch", []string{"4"}}}
			_, err = s.Resolve()
		}
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: %v, want an error with %q", vary, err, want)
		}
	}
}

// TestVaryInFiles writes axes to a study.toml and reads them back.
func TestVaryInFiles(t *testing.T) {
	s := tinySpec()
	s.Vary = []Axis{{"augment", []string{"'none'", "'crop:1,flip'"}}, {"optimizer.learning_rate", []string{"0.1", "0.5"}}, {"train_size", []string{"2", "3"}}}
	text, err := s.TOML()
	if err != nil {
		t.Fatal(err)
	}
	read, err := ParseSpec("study.toml", text)
	if err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
	if !slices.EqualFunc(read.Vary, s.Vary, func(a, b Axis) bool { return a.Key == b.Key && slices.Equal(a.Values, b.Values) }) {
		t.Errorf("%+v, want %+v", read.Vary, s.Vary)
	}
}
