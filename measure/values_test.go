package measure

import (
	"encoding/json"
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// The JSON of values keeps their order and their bits.
func TestValuesJSON(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var values Values
		for i, x := range rapid.SliceOf(rapid.Float64()).Draw(t, "values") {
			if x-x == 0 {
				values.Add(Measure{Name: rapid.StringMatching(`[a-z_"\\é]{1,5}`).Draw(t, "name"), Part: Parts()[i%3]}.Key(), x)
			}
		}
		text, err := json.Marshal(values)
		if err != nil {
			t.Fatal(err)
		}
		var again Values
		if err := json.Unmarshal(text, &again); err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(values, again) {
			t.Fatalf("%v became %s and %v", values, text, again)
		}
	})
}

func TestValuesFromOddJSON(t *testing.T) {
	for text, want := range map[string]Values{
		`null`: nil,
		`{}`:   nil,
		`{"epoch":3,"val_loss":2,"phase":"on","test_error":1,"loss":0.5,"data":{"test_error":9},"val_":4,"train_x":-0}`: {{"val_loss", 2}, {"test_error", 1}, {"train_x", math.Copysign(0, -1)}},
		`{"test_error":null,"test_loss":1}`: {{"test_loss", 1}},
	} {
		values := Values{{"val_error", 7}} // of before
		if err := json.Unmarshal([]byte(text), &values); err != nil || !slices.Equal(values, want) {
			t.Errorf("%s: %v, %v; want %v", text, values, err, want)
		}
	}
	for _, text := range []string{`[]`, `3`, `"x"`, `{"test_error":"3"}`, `{"test_error":1e999}`, `{"test_error":[1]}`, `{"test_error":true}`} {
		var values Values
		if err := json.Unmarshal([]byte(text), &values); err == nil || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v, %v", text, values, err)
		}
	}
	for _, x := range []float64{math.Inf(1), math.NaN()} {
		if text, err := json.Marshal(Values{{"test_x", x}}); err == nil || !strings.Contains(err.Error(), "test_x") {
			t.Errorf("%v is written as %s, %v", x, text, err)
		}
	}
}

// What is read has keys of measures and finite values, and is read again from
// what is written of it.
func FuzzValues(f *testing.F) {
	for _, text := range []string{`{"val_loss":1,"test_error":2.5e-3}`, `{"a":[{}],"train_x":null}`, `null`, `{"test_a":1,"test_a":2}`, `{"test_":1`, "{\"val_\xff\":1}"} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		var values Values
		if values.UnmarshalJSON(text) != nil {
			return
		}
		for _, v := range values {
			if part, name := PartOf(v.Key); part == "" || name == "" || v.Value-v.Value != 0 {
				t.Fatalf("%q became %v", text, v)
			}
		}
		written, err := values.MarshalJSON()
		if err != nil {
			t.Fatal(err)
		}
		var again Values
		if err := again.UnmarshalJSON(written); err != nil || !slices.Equal(values, again) {
			t.Fatalf("%v became %s and %v, %v", values, written, again, err)
		}
	})
}

func TestValues(t *testing.T) {
	var v Values
	v.Add("val_error", math.NaN())
	v.Add("test_error", 0)
	if x, ok := v.Get("test_error"); !ok || x != 0 || len(v) != 1 {
		t.Errorf("%v", v)
	}
	if _, ok := v.Get("val_error"); ok || !math.IsNaN(v.Of("val_error")) || v.Has(Validation) || !v.Has(Test) {
		t.Errorf("%v", v)
	}
	measures := []Measure{{Name: "error", Part: Validation}, {Name: "error", Part: Test}}
	table := Fill(measures, v)
	if len(table) != 1 || table[0].Measure != measures[1] || table.Of("test_error") != 0 || !math.IsNaN(table.Of("val_error")) || !slices.Equal(table.Values(), v) {
		t.Errorf("%v", table)
	}
}
