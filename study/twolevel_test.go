package study

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
)

// zeros is the base of differences that are given as such.
func zeros(like [][]float64) [][]float64 {
	z := make([][]float64, len(like))
	for i := range z {
		z[i] = make([]float64, len(like[i]))
	}
	return z
}

func TestCompareOnSamplesAgainstStatsmodels(t *testing.T) {
	text, err := os.ReadFile("testdata/twolevel.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases []struct {
		Differences                        [][]float64
		Mean, SeedError, SampleError, Half float64
		Rest                               float64 // the variance that seeds and samples share
	}
	if err := json.Unmarshal(text, &cases); err != nil {
		t.Fatal(err)
	}
	if len(cases) == 0 {
		t.Fatal("testdata/twolevel.json holds no cases")
	}
	for _, c := range cases {
		seeds, samples := len(c.Differences), len(c.Differences[0])
		got, err := compareOnSamples(seeds, samples, MeanDifference(zeros(c.Differences), c.Differences), 40_000)
		if err != nil {
			t.Fatal(err)
		}
		if !near(got.Mean, c.Mean, 1e-12) || !near(got.SeedError, c.SeedError, 1e-12) {
			t.Errorf("%d seeds, %d samples: mean %v, of the seeds %v; statsmodels says %v, %v", seeds, samples, got.Mean, got.SeedError, c.Mean, c.SeedError)
		}
		// The draws are chance: their variance is within 3 %, of what is taken off too.
		chance := 0.03 * (c.SampleError*c.SampleError + c.Rest)
		if math.Abs(got.SampleError*got.SampleError-c.SampleError*c.SampleError) > chance {
			t.Errorf("%d seeds, %d samples: of the samples %v, statsmodels says %v", seeds, samples, got.SampleError, c.SampleError)
		}
		if half := got.High - got.Mean; math.Abs(half*half-c.Half*c.Half) > 5*chance || !near(got.Mean-got.Low, half, 1e-12) {
			t.Errorf("%d seeds, %d samples: interval of ±%v, by statsmodels ±%v", seeds, samples, half, c.Half)
		}
		// The same again, to the bit.
		if again, _ := compareOnSamples(seeds, samples, MeanDifference(zeros(c.Differences), c.Differences), 40_000); again != got {
			t.Errorf("%+v, then %+v", got, again)
		}
	}
}

// The interval holds that over seeds alone, which is Student's.
func TestCompareOnSamplesHoldsStudents(t *testing.T) {
	random := rand.New(rand.NewPCG(2, 2))
	for _, seeds := range []int{2, 5, 12} {
		differences := crossed(random, seeds, 50, 0.3, 1, 1)
		means := make([]float64, seeds)
		for i := range means {
			means[i] = mean(differences[i])
		}
		d, err := Compare(make([]float64, seeds), means)
		if err != nil {
			t.Fatal(err)
		}
		got, err := CompareOnSamples(seeds, 50, MeanDifference(zeros(differences), differences))
		if err != nil {
			t.Fatal(err)
		}
		if got.Low > d.Test.Low+1e-12 || got.High < d.Test.High-1e-12 {
			t.Errorf("%d seeds: %v to %v, over seeds alone %v to %v", seeds, got.Low, got.High, d.Test.Low, d.Test.High)
		}
	}
}

// crossed draws effects of seeds, samples and both, as standard deviations.
func crossed(random *rand.Rand, seeds, samples int, seed, sample, both float64) [][]float64 {
	ofSample := make([]float64, samples)
	for j := range ofSample {
		ofSample[j] = sample * random.NormFloat64()
	}
	d := make([][]float64, seeds)
	for i := range d {
		ofSeed := seed * random.NormFloat64()
		d[i] = make([]float64, samples)
		for j := range d[i] {
			d[i][j] = ofSeed + ofSample[j] + both*random.NormFloat64()
		}
	}
	return d
}

// TestCompareOnSamplesCovers draws seeds and samples anew a thousand times: the
// interval holds the difference in 95 % at least, where Student's interval over
// the seeds alone falls far short because samples count. The share is
// known to 0.7 % by as many studies.
func TestCompareOnSamplesCovers(t *testing.T) {
	const studies = 1000
	for _, c := range []struct {
		name           string
		seeds, samples int
		draw           func(*rand.Rand, int, int) (differences [][]float64)
		truth          float64
		student        float64 // covers at most that
	}{
		{"samples count", 5, 60, func(r *rand.Rand, n, m int) [][]float64 { return crossed(r, n, m, 0.1, 2, 1) }, 0, 0.8},
		{"seeds count", 5, 60, func(r *rand.Rand, n, m int) [][]float64 { return crossed(r, n, m, 1, 0.5, 1) }, 0, 1},
		{"both count", 3, 60, func(r *rand.Rand, n, m int) [][]float64 { return crossed(r, n, m, 0.3, 1, 1) }, 0, 1},
		{"neither counts", 5, 60, func(r *rand.Rand, n, m int) [][]float64 { return crossed(r, n, m, 0, 0, 1) }, 0, 1},
		{"two seeds", 2, 60, func(r *rand.Rand, n, m int) [][]float64 { return crossed(r, n, m, 0.2, 1, 1) }, 0, 1},
		{"right or wrong", 5, 100, rightOrWrong, 0.06, 0.92},
	} {
		random := rand.New(rand.NewPCG(6, uint64(c.seeds)))
		covered, byStudent, width := 0, 0, 0.0
		for range studies {
			differences := c.draw(random, c.seeds, c.samples)
			got, err := compareOnSamples(c.seeds, c.samples, MeanDifference(zeros(differences), differences), 200)
			if err != nil {
				t.Fatal(err)
			}
			if got.Low <= c.truth && c.truth <= got.High {
				covered++
			}
			half := quantile(c.seeds-1) * got.SeedError
			if math.Abs(got.Mean-c.truth) <= half {
				byStudent++
			}
			width += (got.High - got.Low) / 2 / half / studies
		}
		share, plain := float64(covered)/studies, float64(byStudent)/studies
		t.Logf("%s: covered %.3f, over seeds alone %.3f, %.2f times as wide", c.name, share, plain, width)
		if share < 0.95-2*math.Sqrt(0.05*0.95/studies) {
			t.Errorf("%s: the interval held the difference in %v", c.name, share)
		}
		if plain > c.student {
			t.Errorf("%s: Student's interval over the seeds held it in %v: the simulation shows nothing", c.name, plain)
		}
	}
}

// rightOrWrong draws 0 or 1 for each sample: a hard one is wrong more often, and
// of those that are hard for the base a share is always right for the other.
func rightOrWrong(random *rand.Rand, seeds, samples int) [][]float64 {
	d := make([][]float64, seeds)
	for i := range d {
		d[i] = make([]float64, samples)
	}
	wrong := func(p float64) float64 {
		if random.Float64() < p {
			return 1
		}
		return 0
	}
	for j := range samples {
		base, other := 0.05, 0.05
		switch u := random.Float64(); {
		case u < 0.1:
			base = 0.85 // 0.8 * 0.1 more than the rest
		case u < 0.275:
			other = 0.85 // 0.8 * 0.175 more: a difference of 0.06
		}
		for i := range d {
			d[i][j] = wrong(other) - wrong(base)
		}
	}
	return d
}

// For a measure that is no mean the standard errors are those of its linear
// approximation: of a root mean square, those of the mean over twice the root.
func TestCompareOnSamplesOfRoot(t *testing.T) {
	random := rand.New(rand.NewPCG(8, 8))
	squares := crossed(random, 6, 400, 0.2, 1, 0.5)
	for i := range squares {
		for j := range squares[i] {
			squares[i][j] += 9 // far from zero
		}
	}
	sum := MeanDifference(zeros(squares), squares)
	root := func(seed int, times []int32) float64 { return math.Sqrt(sum(seed, times)) }
	of, err := CompareOnSamples(6, 400, sum)
	if err != nil {
		t.Fatal(err)
	}
	got, err := CompareOnSamples(6, 400, root)
	if err != nil {
		t.Fatal(err)
	}
	if seed, sample := of.SeedError/2/got.Mean, of.SampleError/2/got.Mean; math.Abs(got.SeedError-seed) > 0.02*seed || math.Abs(got.SampleError-sample) > 0.02*sample {
		t.Errorf("root: %v and %v, by the linear approximation %v and %v", got.SeedError, got.SampleError, seed, sample)
	}
}

func TestCompareOnSamplesRefuses(t *testing.T) {
	constant := func(int, []int32) float64 { return 0.3 }
	for _, c := range []struct {
		seeds, samples int
		difference     Difference
		want           string
	}{
		{1, 10, constant, "1 seed and 10 test samples"},
		{3, 1, constant, "two of each"},
		{3, 10, constant, "no spread"},
		{3, 10, func(i int, times []int32) float64 { return float64(i) / float64(times[0]) }, "not defined"},
	} {
		if _, err := CompareOnSamples(c.seeds, c.samples, c.difference); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%d seeds, %d samples: %v, want %q", c.seeds, c.samples, err, c.want)
		}
	}
}
