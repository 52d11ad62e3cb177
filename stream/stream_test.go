package stream

import (
	"bufio"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// lines returns the lines of a fixture below its two header lines.
func lines(t *testing.T, path string) [][]string {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var rows [][]string
	scanner := bufio.NewScanner(f)
	for n := 0; scanner.Scan(); n++ {
		if n >= 2 {
			rows = append(rows, strings.Split(scanner.Text(), ","))
		}
	}
	if err := scanner.Err(); err != nil || len(rows) == 0 {
		t.Fatalf("%s: %d rows, %v", path, len(rows), err)
	}
	return rows
}

func uint64Of(t *testing.T, s string) uint64 {
	t.Helper()
	x, err := strconv.ParseUint(s, 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

func TestStreamMatchesNumPy(t *testing.T) {
	for _, row := range lines(t, "testdata/streams_numpy.csv") {
		s := New(uint64Of(t, row[0]), row[1])
		r := s.AtSample(uint64Of(t, row[2]), uint64Of(t, row[3]), uint64Of(t, row[4]))
		for i, want := range row[5:] {
			// Past the last counter of all NumPy carries into the next word;
			// a stream's block counter wraps by itself. Nine numbers never
			// get there.
			if got := r.Uint64(); got != uint64Of(t, want) {
				t.Errorf("stream (%s, %q) at %v, number %d: %d, NumPy gives %s", row[0], row[1], row[2:5], i, got, want)
			}
		}
	}
}

// draws returns the first numbers of a stream at some positions.
func draws(s Stream) []uint64 {
	var all []uint64
	for epoch := range uint64(3) {
		for step := range uint64(3) {
			r := s.At(epoch, step)
			for range 8 {
				all = append(all, r.Uint64())
			}
		}
	}
	return all
}

var streamNames = []string{
	Init, Shuffle, Second, Partners, Lambda, Region, Choice,
	Probability, Augment, LabelNoise, Dropout, Subset, Labelled, Split,
}

// A run that also draws from a new stream, or has renamed one, draws the same
// numbers from all others.
func TestStreamsAreIndependentOfEachOther(t *testing.T) {
	run := func(names ...string) map[string][]uint64 {
		got := map[string][]uint64{}
		for _, name := range names {
			got[name] = draws(New(1, name))
		}
		return got
	}
	before := run(streamNames...)
	renamed := slices.Clone(streamNames)
	renamed[4] = "lambda-renamed"
	after := run(append([]string{"color-jitter"}, renamed...)...)
	for _, name := range streamNames {
		if name != Lambda && !slices.Equal(before[name], after[name]) {
			t.Errorf("stream %q drew other numbers", name)
		}
	}
	if slices.Equal(before[Lambda], after["lambda-renamed"]) {
		t.Error("a renamed stream drew the same numbers")
	}
}

func TestStreamsDiffer(t *testing.T) {
	seen := map[uint64]string{}
	for seed := range uint64(3) {
		for _, name := range streamNames {
			for i, x := range draws(New(seed, name)) {
				at := name + " " + strconv.FormatUint(seed, 10) + " " + strconv.Itoa(i)
				if other, ok := seen[x]; ok {
					t.Fatalf("%s and %s drew the same number", at, other)
				}
				seen[x] = at
			}
		}
	}
}

func TestStreamNamesAreDistinct(t *testing.T) {
	sorted := slices.Sorted(slices.Values(streamNames))
	if len(slices.Compact(sorted)) != len(streamNames) {
		t.Error("two streams share a name")
	}
}

func TestNewStreamDoesNotAllocate(t *testing.T) {
	if n := testing.AllocsPerRun(100, func() {
		r := New(1, Partners).At(1, 2)
		_ = r.Uint64()
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
