package mix

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestParse(t *testing.T) {
	cycle := func(m Method, on, off, from int64) Method { return Cycle{Method: m, On: on, Off: off, From: from} }
	p := 0.5
	for _, c := range []struct {
		spec string
		want Method
	}{
		{"erm", ERM{}},
		{" erm ", ERM{}},
		{"mixup", Mixup{Alpha: 0.2}},
		{"mixup:0.2", Mixup{Alpha: 0.2}},
		{"mixup:1e-3", Mixup{Alpha: 0.001}},
		{"mixup:-0", Mixup{Alpha: 0}},
		{"mixup:per=sample", Mixup{Alpha: 0.2, PerSample: true}},
		{"mixup:1,per=batch", Mixup{Alpha: 1}},
		{"mixup: 1 , inputs , second ", Mixup{Alpha: 1, InputsOnly: true, Pairing: Pairing{Second: true}}},
		{"mixup:1,partners=permutation", Mixup{Alpha: 1}},
		{"mixup:1,partners=derangement", Mixup{Alpha: 1, Pairing: Pairing{Partners: Derangement}}},
		{"mixup:1,p=0.5", Probability{Mixup{Alpha: 1}, 0.5}},
		{"mixup:1,warmup=0,last=0", Mixup{Alpha: 1}},
		{"mixup:1,on=8,off=2", cycle(Mixup{Alpha: 1}, 8, 2, 0)},
		{"mixup:1,off=2,on=8,warmup=3", Warmup{cycle(Mixup{Alpha: 1}, 8, 2, 3), 3}},
		{"mixup:1,settle", UntilSettled{Mixup{Alpha: 1}, 10, 0.01}},
		{"mixup:1,settle=4,tolerance=0", UntilSettled{Mixup{Alpha: 1}, 4, 0}},
		{
			"mixup:0.2,per=sample,partners=derangement,second,p=0.5,warmup=5,last=10,settle",
			LastOff{Warmup{UntilSettled{Probability{Mixup{Alpha: 0.2, PerSample: true, Pairing: Pairing{Partners: Derangement, Second: true}}, 0.5}, 10, 0.01}, 5}, 10},
		},
		{"samplepairing", SamplePairingPaper(100)},
		{"samplepairing:paper", SamplePairingPaper(100)},
		{"samplepairing:ilsvrc", SamplePairingILSVRC(100)},
		{"mixup:1,partners=nearest,k=200", Mixup{Alpha: 1, Pairing: Pairing{Partners: Nearest}}},
		{"mixup:1,partners=nearest-same-class,k=7", Mixup{Alpha: 1, Pairing: Pairing{Partners: NearestSameClass, K: 7}}},
		{"mixup:2,partners=similar,bandwidth=0.5", Mixup{Alpha: 2, Pairing: Pairing{Partners: Similar, Bandwidth: 0.5}}},
		{"mixup:2,at=hidden,deepest=2", Mixup{Alpha: 2, Within: Within{Hidden: true, Deepest: 2}}},
		{"mixup:2,at=input", Mixup{Alpha: 2}},
		{"noise", InputNoise{0.1}},
		{"noise:-0", InputNoise{0}},
		{"samplepairing:always", SamplePairing{}},
		{"samplepairing:always,second", SamplePairing{Pairing{Second: true}}},
		{"samplepairing:second", samplePairingPaper(SamplePairing{Pairing{Second: true}}, 100)},
		{"samplepairing:p=0.5", schedule{warmup: 10, cycle: Cycle{On: 8, Off: 2, From: 10}, last: 20, probability: &p}.wrap(SamplePairing{})},
		{"samplepairing:warmup=10,on=8,off=2,last=20", SamplePairingPaper(100)},
		{"samplepairing:last=20", LastOff{SamplePairing{}, 20}},
	} {
		got, err := Parse(c.spec, 100)
		if err != nil {
			t.Errorf("%q: %v", c.spec, err)
		} else if got != c.want {
			t.Errorf("%q is %#v, want %#v", c.spec, got, c.want)
		}
	}
}

func TestParseErrors(t *testing.T) {
	for _, c := range []struct {
		spec string
		want []string // parts of the error
	}{
		{"", []string{"no name", "erm, samplepairing, mixup"}},
		{":", []string{"no name"}},
		{"mixpu:0.2", []string{`unknown name "mixpu"`, `did you mean "mixup"?`, "erm, samplepairing, mixup"}},
		{"Mixup", []string{`did you mean "mixup"?`}},
		{"cutout", []string{`unknown name "cutout"`, "known: erm"}},
		{"erm:p=0.5", []string{`option "p"`, "erm takes none"}},
		{"erm:", []string{"empty option"}},
		{"mixup:", []string{"empty option"}},
		{"mixup:0.2,,p=1", []string{"empty option"}},
		{"mixup:-1", []string{"a of Beta(a, a) is -1", ">= 0"}},
		{"mixup:NaN", []string{"NaN", ">= 0"}},
		{"mixup:inf", []string{"Inf", "finite"}},
		{"mixup:1e999", []string{"1e999", "float64"}},
		{"mixup:0.2.3", []string{"0.2.3"}},
		{"mixup:0.2,0.3", []string{"0.3"}},
		{"mixup:secnd", []string{`did you mean "second"?`}},
		{"mixup:0.2,wramup=5", []string{`unknown option "wramup"`, `did you mean "warmup"?`, "known: "}},
		{"mixup:0.2,per=smple", []string{`per is "smple"`, `did you mean "sample"?`, "batch, sample"}},
		{"mixup:0.2,per", []string{"per"}},
		{"mixup:0.2,partners=closest", []string{`partners is "closest"`, "permutation, derangement"}},
		{"mixup:0.2,second=yes", []string{`"second" takes no value`}},
		{"mixup:0.2,p=2", []string{"p is 2", "[0, 1]"}},
		{"mixup:0.2,p=NaN", []string{"p is NaN"}},
		{"mixup:0.2,p=often", []string{`p is "often"`, "number"}},
		{"mixup:0.2,p", []string{"p"}},
		{"mixup:0.2,p=0.5,p=0.5", []string{`option "p" is given twice`}},
		{"mixup:0.2,warmup", []string{`option "warmup" needs a value`}},
		{"mixup:0.2,warmup=-1", []string{`warmup is "-1"`, "whole number"}},
		{"mixup:0.2,warmup=1.5", []string{`warmup is "1.5"`}},
		{"mixup:0.2,warmup=99999999999999999999", []string{"warmup"}},
		{"mixup:0.2,on=8", []string{"both on and off"}},
		{"mixup:0.2,off=8", []string{"both on and off"}},
		{"mixup:0.2,on=0,off=1", []string{`on is "0"`}},
		{"mixup:0.2,on-images=8", []string{"both on-images and off-images"}},
		{"mixup:0.2,on=1,off=1,on-images=8,off-images=8", []string{"not both"}},
		{"mixup:0.2,on=1,off=1,from-epoch=2", []string{"from-epoch is the start of a cycle counted in images"}},
		{"mixup:0.2,from-epoch=2", []string{"from-epoch is the start of a cycle counted in images"}},
		{"mixup:0.2,from=3", []string{"give on and off"}},
		{"mixup:0.2,tolerance=0.1", []string{"give settle"}},
		{"mixup:0.2,settle=0", []string{`settle is "0"`}},
		{"mixup:0.2,settle,tolerance=1", []string{"tolerance is 1", "[0, 1)"}},
		{"mixup:0.2,warmup=60,last=40", []string{"never mixes in a run of 100 epochs"}},
		{"mixup:0.2,always", []string{`unknown option "always"`}},
		{"samplepairing:always,paper", []string{"exclude each other"}},
		{"samplepairing:paper,last=3", []string{"whole schedules", "last"}},
		{"samplepairing:0.5", []string{"0.5"}},
		{"samplepairing:per=sample", []string{`unknown option "per"`}},
		{"noise:-1", []string{"-1", "0 or more"}},
		{"noise:0.1,second", []string{`unknown option "second"`}},
		{"mixup:1,at=middle", []string{`at is "middle"`, "hidden"}},
		{"mixup:1,deepest=2", []string{"at=hidden"}},
		{"mixup:1,at=hidden,second", []string{"cannot take partners from a second"}},
		{"mixup:1,partners=nearest,k=0", []string{`k is "0"`}},
		{"mixup:1,partners=nearest,k=99999999", []string{"at most"}},
		{"mixup:1,partners=similar", []string{"bandwidth=0.5"}},
		{"cutmix:1,at=hidden", []string{`unknown option "at"`}},
	} {
		m, err := Parse(c.spec, 100)
		if err == nil || m != nil {
			t.Errorf("%q is accepted as %v", c.spec, m)
			continue
		}
		for _, want := range append(c.want, "method ") {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%q: %q does not say %q", c.spec, err, want)
			}
		}
		if strings.Contains(err.Error(), "\n") {
			t.Errorf("%q: error of several lines", c.spec)
		}
	}
}

func TestParseWithoutTheLengthOfTheRun(t *testing.T) {
	for _, spec := range []string{"erm", "mixup:0.2,warmup=5,last=10", "samplepairing:always", "samplepairing:warmup=3"} {
		if _, err := Parse(spec, 0); err != nil {
			t.Errorf("%s: %v", spec, err)
		}
	}
	for _, spec := range []string{"samplepairing", "samplepairing:ilsvrc", "samplepairing:second"} {
		if _, err := Parse(spec, 0); err == nil || !strings.Contains(err.Error(), "number of epochs") {
			t.Errorf("%s: error is %v", spec, err)
		}
	}
	if _, err := Parse("samplepairing:ilsvrc", 1); err == nil {
		t.Error("ilsvrc in a run of one epoch is accepted")
	}
}

// Any combination of options that Parse accepts comes back from its own spec,
// in whatever order it was written.
func TestParseRoundTrip(t *testing.T) {
	options := []*rapid.Generator[string]{
		rapid.SampledFrom([]string{"per=sample", "per=batch"}),
		rapid.Just("inputs"),
		rapid.Just("second"),
		rapid.SampledFrom([]string{"partners=permutation", "partners=derangement"}),
		rapid.Map(rapid.Float64Range(0, 1), func(p float64) string { return "p=" + formatFloat(p) }),
		rapid.SampledFrom([]string{"warmup=0", "warmup=7"}),
		rapid.SampledFrom([]string{"on=8,off=2", "on=1,off=3,from=0", "on=1,off=3,from=7", "on-images=9,off-images=3", "on-images=9,off-images=3,from=7", "on-images=9,off-images=3,from-epoch=2", "on-images=9,off-images=3,from=7,from-epoch=2"}),
		rapid.SampledFrom([]string{"settle", "settle=3", "settle,tolerance=0.125"}),
		rapid.SampledFrom([]string{"last=0", "last=9"}),
	}
	rapid.Check(t, func(t *rapid.T) {
		parts := []string{}
		for i, g := range options {
			if rapid.Bool().Draw(t, "use") {
				parts = append(parts, g.Draw(t, string(rune('a'+i))))
			}
		}
		parts = rapid.Permutation(parts).Draw(t, "order")
		alpha := formatFloat(rapid.Float64Range(0, 100).Draw(t, "alpha"))
		spec := joinSpec("mixup:"+alpha, parts)
		m, err := Parse(spec, 100)
		if err != nil {
			t.Fatal(err)
		}
		again, err := Parse(m.String(), 100)
		if err != nil || again != m || again.String() != m.String() {
			t.Fatalf("%s -> %s -> %v, %v", spec, m, again, err)
		}
	})
}

func TestSplitList(t *testing.T) {
	for _, c := range []struct {
		list string
		want []string
	}{
		{"erm", []string{"erm"}},
		{"erm,samplepairing,mixup:0.2", []string{"erm", "samplepairing", "mixup:0.2"}},
		{"erm,mixup:0.2,per=sample,p=0.5,samplepairing", []string{"erm", "mixup:0.2,per=sample,p=0.5", "samplepairing"}},
		{" erm , mixup:1 ", []string{"erm", "mixup:1"}},
		{"mixup:0.1,mixup:0.2", []string{"mixup:0.1", "mixup:0.2"}},
		{"erm,mixpu", []string{"erm", "mixpu"}},
		{"erm,mixpu:0.2,second", []string{"erm", "mixpu:0.2,second"}},
		{"erm,second", []string{"erm", "second"}},
		{"", []string{""}},
		{"erm,", []string{"erm", ""}},
	} {
		if got := SplitList(c.list); !slices.Equal(got, c.want) {
			t.Errorf("%q: %q, want %q", c.list, got, c.want)
		}
	}
}

func TestHelp(t *testing.T) {
	help := MethodHelp()
	if len(help) != len(Names()) {
		t.Fatalf("%d lines for %d methods", len(help), len(Names()))
	}
	for i, e := range entries() {
		if !strings.HasPrefix(help[i], e.name+" ") {
			t.Errorf("line %q is not about %s", help[i], e.name)
		}
		if len(e.examples) == 0 {
			t.Errorf("%s has no examples", e.name)
		}
		joined := strings.Join(e.examples, " ") + " samplepairing:paper"
		for _, option := range e.options {
			if !strings.Contains(joined, option) {
				t.Errorf("no example of %s uses %s", e.name, option)
			}
			if !strings.Contains(help[i], option) {
				t.Errorf("help of %s does not name %s", e.name, option)
			}
		}
	}
}

func TestOptionHelpNamesEveryOption(t *testing.T) {
	help := strings.Join(OptionHelp(), "\n")
	for _, key := range wrapperKeys {
		if !strings.Contains(help, key) {
			t.Errorf("option %s is not named", key)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, spec := range Examples() {
		f.Add(spec, 100)
	}
	f.Add("mixup:0.2,per=sample,p=0.5,warmup=5,on=8,off=2,from=1,settle=3,tolerance=0.5,last=10", 100)
	f.Add("mixup:NaN,,=", -1)
	f.Fuzz(func(t *testing.T, spec string, epochs int) {
		m, err := Parse(spec, epochs)
		if err != nil {
			if m != nil {
				t.Fatalf("%q: both %v and %v", spec, m, err)
			}
			return
		}
		again, err := Parse(m.String(), epochs)
		if err != nil || !reflect.DeepEqual(again, m) {
			t.Fatalf("%q -> %q -> %v, %v", spec, m, again, err)
		}
		at := At{Epochs: max(epochs, 1), N: 3, Height: 8, Width: 8, Labels: []int32{0, 1, 0}}
		ofTraining(&at)
		neighborsFor(m, &at)
		if at.Blocks = 1 << 16; CheckBlocks(m, at.Blocks) != nil {
			return // no network is that deep
		}
		var p Plan
		if err := m.Draw(&p, at); err != nil {
			t.Fatalf("%q does not draw: %v", spec, err)
		}
		if err := p.Validate(3); err != nil {
			t.Fatalf("%q: %v", spec, err)
		}
		if phase := PhaseAt(m, at); phase != p.Phase {
			t.Fatalf("%q: phases %q and %q", spec, phase, p.Phase)
		}
	})
}
