package cli

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestSeeds(t *testing.T) {
	for text, want := range map[string][]uint64{
		"3": {1, 2, 3}, "1,2,5-7": {1, 2, 5, 6, 7}, "7-7": {7}, "0,9": {0, 9},
		"18446744073709551615-18446744073709551615": {18446744073709551615},
	} {
		var s seeds
		if err := s.Set(text); err != nil || !slices.Equal(s, want) {
			t.Errorf("Set(%q) = %v, %v, want %v", text, s, err, want)
		}
	}
	for text, want := range map[string]string{
		"": "no seed", "0": "at least one", "a": "no seed", "1,": "no seed", "3-1": "backwards", "1,1": "twice", "1-3,2": "twice",
		"-1": "no seed", "1-100000": "more than", "100000": "more than", "1-18446744073709551615": "more than", "1.5": "no seed",
	} {
		s := seeds{42}
		err := s.Set(text)
		if err == nil || !strings.Contains(err.Error(), want) || !slices.Equal(s, seeds{42}) {
			t.Errorf("Set(%q): %v, want %q; list now %v", text, err, want, s)
		}
	}
}

func TestSeedsReadBackWhatTheyPrint(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		list := rapid.SliceOfNDistinct(rapid.Uint64Range(0, 30), 2, 20, func(x uint64) uint64 { return x }).Draw(t, "seeds")
		var back seeds
		if err := back.Set(seedRanges(list)); err != nil || !slices.Equal(back, list) {
			t.Fatalf("%v printed as %q reads as %v, %v", list, seedRanges(list), back, err)
		}
	})
}

func TestNumbers(t *testing.T) {
	var n numbers
	if err := n.Set("1, 0.5,1e-3"); err != nil || !slices.Equal(n, numbers{1, 0.5, 0.001}) || n.String() != "1,0.5,0.001" {
		t.Errorf("%v, %v", n, err)
	}
	for _, text := range []string{"", "a", "NaN", "inf", "1,,2", "1e999"} {
		if err := n.Set(text); err == nil || n.String() != "1,0.5,0.001" {
			t.Errorf("Set(%q): %v; list now %v", text, err, n)
		}
	}
}

func TestPoints(t *testing.T) {
	var p points
	if err := p.Set("0:0.2, 0.23:1,1:0"); err != nil || p.String() != "0:0.2,0.23:1,1:0" {
		t.Errorf("%v, %v", p, err)
	}
	for _, text := range []string{"", "0", "0:", "0:1,,1:2", "a:1"} {
		if err := p.Set(text); err == nil || len(p) != 3 {
			t.Errorf("Set(%q): %v; list now %v", text, err, p)
		}
	}
}
