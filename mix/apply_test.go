package mix

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/vicinal-ml/vicinal/stream"
)

// applySizes are sizes of a sample around the vectors' lengths.
var applySizes = []int{1, 2, 3, 15, 16, 17, 48, 63, 64, 65, 300}

func normals(n int, seed uint64) []float32 {
	r := stream.New(seed, "test").At(0, 0)
	xs := make([]float32, n)
	for i := range xs {
		xs[i] = float32(r.NormFloat64())
	}
	return xs
}

// expect is value k of sample i of the mix in float64, by the definition.
func expect(src, other []float32, size, i, k int, p *Plan, w []float32) float64 {
	from := src
	if p.Second {
		from = other
	}
	l := float64(w[i])
	if len(p.Region) > 0 && &w[0] == &p.Input[0] && !inRegion(p, i, k/(size/(p.Height*p.Width))) {
		l = 1
	}
	return l*float64(src[i*size+k]) + (1-l)*float64(from[int(p.Partner[i])*size+k])
}

// inRegion says whether a pixel of sample i lies in its region, by the
// definition.
func inRegion(p *Plan, i, pixel int) bool {
	r := p.Region[i]
	h, w := (float64(pixel/p.Width)+0.5)/float64(p.Height), (float64(pixel%p.Width)+0.5)/float64(p.Width)
	return float64(r.Top) <= h && h < float64(r.Bottom) && float64(r.Left) <= w && w < float64(r.Right)
}

// Every method's plans, applied to inputs, rows and classes.
func TestApplyMatchesTheDefinition(t *testing.T) {
	allSrc, allOther := normals(128*300, 1), normals(128*300, 2)
	for name, m := range sharedMethods(t) {
		t.Run(name, func(t *testing.T) {
			for i, at := range positions() {
				p, ok := draw(t, m, at)
				if !ok {
					continue
				}
				size := applySizes[i%len(applySizes)]
				if len(p.Region) > 0 {
					size = p.Height * p.Width * (1 + i%3)
				}
				src, other := allSrc[:p.N*size], allOther[:p.N*size]
				if p.Noise.Deviation > 0 { // noise has tests of its own: the rest of the plan leaves inputs alone
					with, plain := make([]float32, len(src)), *p
					if err := ApplyFloat32(with, src, other, p); err != nil || slices.Equal(with, src) {
						t.Fatalf("noise changed nothing: %v", err)
					}
					plain.Noise = Noise{}
					p = &plain
				}
				checkFloat32(t, "inputs", ApplyFloat32, p.Input, src, other, size, p)
				checkFloat32(t, "rows", ApplyRows, p.Target, src, other, size, p)
				checkClasses(t, p)
			}
		})
	}
}

func checkFloat32(t *testing.T, what string, apply func(dst, src, other []float32, p *Plan) error, w, src, other []float32, size int, p *Plan) {
	t.Helper()
	dst := make([]float32, len(src))
	if err := apply(dst, src, other, p); err != nil {
		t.Fatalf("%s: %v", what, err)
	}
	for i := range p.N {
		for k := range size {
			got, want := float64(dst[i*size+k]), expect(src, other, size, i, k, p, w)
			if math.Abs(got-want) > 1e-6 {
				t.Fatalf("%s: value %d of sample %d is %v, want %v", what, k, i, got, want)
			}
		}
	}
}

func checkClasses(t *testing.T, p *Plan) {
	t.Helper()
	const classes = 5
	r := stream.New(9, "test").At(0, 0)
	labels, other := make([]int32, p.N), make([]int32, p.N)
	oneHot, otherHot := make([]float32, p.N*classes), make([]float32, p.N*classes)
	for i := range labels {
		labels[i], other[i] = int32(r.IntN(classes)), int32(r.IntN(classes))
		oneHot[i*classes+int(labels[i])] = 1
		otherHot[i*classes+int(other[i])] = 1
	}
	dst := normals(p.N*classes, 3)
	if err := ApplyClasses(dst, labels, other, classes, p); err != nil {
		t.Fatal(err)
	}
	for i := range p.N {
		var sum float32
		for k := range classes {
			got, want := float64(dst[i*classes+k]), expect(oneHot, otherHot, classes, i, k, p, p.Target)
			if math.Abs(got-want) > 1e-7 {
				t.Fatalf("class %d of sample %d is %v, want %v", k, i, got, want)
			}
			sum += dst[i*classes+k]
		}
		if sum != 1 {
			t.Fatalf("row %d sums to %v", i, sum)
		}
	}
}

// uint8 images: the mix of the normalised images, channels last and planar.
func TestApplyUint8MatchesTheDefinition(t *testing.T) {
	for _, channels := range []int{1, 3, 4, maxChannels, maxChannels + 3} {
		for _, planar := range []bool{false, true} {
			for _, second := range []bool{false, true} {
				for _, pixels := range []int{1, 2, 5, 64, 77} {
					name := fmt.Sprintf("%d channels, planar %v, second %v, %d pixels", channels, planar, second, pixels)
					norm := testNormalization(channels)
					norm.Planar = planar
					m := Mixup{Alpha: 1, PerSample: true, Pairing: Pairing{Second: second}}
					p, _ := draw(t, m, At{Seed: uint64(pixels), N: 7})
					size := pixels * channels
					src, other := randomBytes(7*size, 1), randomBytes(7*size, 2)
					dst := make([]float32, len(src))
					if err := ApplyUint8(dst, src, other, norm, p); err != nil {
						t.Fatalf("%s: %v", name, err)
					}
					a, b := normalized(src, size, norm), normalized(other, size, norm)
					for i := range p.N {
						for k := range size {
							got, want := float64(dst[i*size+k]), expect(a, b, size, i, k, p, p.Input)
							if math.Abs(got-want) > 2e-6 {
								t.Fatalf("%s: value %d of image %d is %v, want %v", name, k, i, got, want)
							}
						}
					}
				}
			}
		}
	}
}

// uint8 images mixed within a region are the mix of the normalised images
// within it.
func TestApplyUint8WithinRegions(t *testing.T) {
	for _, channels := range []int{1, 3, maxChannels + 3} {
		for _, planar := range []bool{false, true} {
			const n, h, w = 7, 9, 12
			norm := testNormalization(channels)
			norm.Planar = planar
			p, _ := draw(t, CutMix{Alpha: 1, PerSample: true}, At{Seed: 5, N: n, Height: h, Width: w})
			for i := range p.Input {
				p.Input[i] = float32(i) / n // CutMix has 0 everywhere
			}
			src, other := randomBytes(n*h*w*channels, 1), randomBytes(n*h*w*channels, 2)
			dst := make([]float32, len(src))
			if err := ApplyUint8(dst, src, other, norm, p); err != nil {
				t.Fatal(err)
			}
			a := normalized(src, h*w*channels, norm)
			for i := range n {
				for k := range h * w * channels {
					pixel := k / channels
					if planar {
						pixel = k % (h * w)
					}
					l := float64(p.Input[i])
					if !inRegion(p, i, pixel) {
						l = 1
					}
					at := func(i int) float64 { return float64(a[i*h*w*channels+k]) }
					want := l*at(i) + (1-l)*at(int(p.Partner[i]))
					if got := float64(dst[i*h*w*channels+k]); math.Abs(got-want) > 2e-6 {
						t.Fatalf("%d channels, planar %v: value %d of image %d is %v, want %v", channels, planar, k, i, got, want)
					}
				}
			}
		}
	}
}

// normalized is (x/255 - mean)/std of each value.
func normalized(src []uint8, size int, n *Normalization) []float32 {
	dst := make([]float32, len(src))
	channels := len(n.Mean)
	for i, x := range src {
		c := i % channels
		if n.Planar {
			c = i % size / (size / channels)
		}
		dst[i] = float32((float64(x)/255 - float64(n.Mean[c])) / float64(n.Std[c]))
	}
	return dst
}

// A batch large enough to be written past the caches has the same bits as its
// samples mixed one by one.
func TestApplyLargeBatch(t *testing.T) {
	const n, size = 9, streamFrom/9 + 5
	p, _ := draw(t, Mixup{Alpha: 1, PerSample: true}, At{Seed: 1, N: n})
	p.Input[2], p.Input[3] = 1, 0
	src, dst, want := make([]float32, n*size), make([]float32, n*size), make([]float32, size)
	bytes := make([]uint8, n*size)
	for i := range src {
		src[i], bytes[i] = float32(i%1013)/7, uint8(i%251)
	}
	if !streams(len(dst)) {
		t.Fatal("not large enough")
	}
	if err := ApplyFloat32(dst, src, nil, p); err != nil {
		t.Fatal(err)
	}
	for i := range n {
		j := int(p.Partner[i])
		blendGo(want, src[i*size:(i+1)*size], src[j*size:(j+1)*size], p.Input[i])
		if !slices.Equal(dst[i*size:(i+1)*size], want) && i != j {
			t.Errorf("sample %d differs", i)
		}
	}

	bytes = bytes[:len(bytes)/(3*n)*3*n]
	dst = dst[:len(bytes)]
	norm := testNormalization(3)
	if err := ApplyUint8(dst, bytes, nil, norm, p); err != nil {
		t.Fatal(err)
	}
	per := len(bytes) / n
	var transform affine
	transform.set(norm, 0, 3)
	for i := range n {
		j, w := int(p.Partner[i]), p.Input[i]
		if i == j {
			w = 1
		}
		blendUint8Go(want[:per], bytes[i*per:(i+1)*per], bytes[j*per:(j+1)*per], w, &transform, 0)
		if !slices.Equal(dst[i*per:(i+1)*per], want[:per]) {
			t.Errorf("image %d differs", i)
		}
	}
}

// What has weight 0 is not read, so a NaN there does not spread; a sample that
// is its own partner stays as it is, to the bit.
func TestApplyDoesNotReadWhatItDoesNotTake(t *testing.T) {
	nan := float32(math.NaN())
	src := []float32{1, 2, nan, nan, 0.1, 0.7}
	p := &Plan{N: 3, Partner: []int32{1, 0, 2}, Input: []float32{1, 0, 0.3}, Target: []float32{1, 1, 1}}
	dst := make([]float32, 6)
	if err := ApplyFloat32(dst, src, nil, p); err != nil {
		t.Fatal(err)
	}
	if want := []float32{1, 2, 1, 2, 0.1, 0.7}; !slices.Equal(dst, want) {
		t.Errorf("%v, want %v", dst, want)
	}
}

func TestApplyErrors(t *testing.T) {
	plan := func(change func(p *Plan)) *Plan {
		p := &Plan{N: 2, Partner: []int32{1, 0}, Input: []float32{0.5, 0.5}, Target: []float32{1, 1}}
		if change != nil {
			change(p)
		}
		return p
	}
	second := func(p *Plan) { p.Second = true }
	six, shared := make([]float32, 6), make([]float32, 12)
	norm := testNormalization(3)
	nan := float32(math.NaN())
	type call func(dst []float32) error
	float32s := func(src, other []float32, p *Plan) call {
		return func(dst []float32) error { return ApplyFloat32(dst, src, other, p) }
	}
	for _, c := range []struct {
		name string
		dst  []float32
		call call
		want string
	}{
		{"empty plan", six, float32s(six, nil, &Plan{}), "0 samples"},
		{"odd src", make([]float32, 5), float32s(make([]float32, 5), nil, plan(nil)), "src holds 5 values"},
		{"short dst", make([]float32, 4), float32s(six, nil, plan(nil)), "dst holds 4 values and src 6"},
		{"long dst", make([]float32, 8), float32s(six, nil, plan(nil)), "dst holds 8 values and src 6"},
		{"no second batch", make([]float32, 6), float32s(six, nil, plan(second)), "other is empty"},
		{"odd second batch", make([]float32, 6), float32s(six, make([]float32, 4), plan(second)), "other holds 4 values"},
		{"short second batch", make([]float32, 6), float32s(six, make([]float32, 3), plan(second)), "partner of sample 0 is 1, not in [0, 1)"},
		{"in place", shared[:6], float32s(shared[:6], nil, plan(nil)), "overlaps"},
		{"overlap", shared[:6], float32s(shared[5:11], nil, plan(nil)), "overlaps"},
		{"overlap with other", shared[:6], float32s(six, shared[5:11], plan(second)), "overlaps"},
		{"partner too large", make([]float32, 6), float32s(six, nil, plan(func(p *Plan) { p.Partner[1] = 2 })), "partner of sample 1 is 2"},
		{"partner negative", make([]float32, 6), float32s(six, nil, plan(func(p *Plan) { p.Partner[0] = -1 })), "partner of sample 0 is -1"},
		{"weight above 1", make([]float32, 6), float32s(six, nil, plan(func(p *Plan) { p.Input[1] = 1.5 })), "input weight of sample 1 is 1.5"},
		{"weight NaN", make([]float32, 6), float32s(six, nil, plan(func(p *Plan) { p.Target[0] = nan })), "target weight of sample 0 is NaN"},
		{"short weights", make([]float32, 6), float32s(six, nil, plan(func(p *Plan) { p.Input = p.Input[:1] })), "1 input"},
		{"rows in place", shared[:6], func(dst []float32) error { return ApplyRows(dst, dst, nil, plan(nil)) }, "target rows: dst overlaps"},
		{"no classes", make([]float32, 6), func(dst []float32) error { return ApplyClasses(dst, []int32{0, 1}, nil, 0, plan(nil)) }, "0 classes"},
		{"label too large", make([]float32, 6), func(dst []float32) error { return ApplyClasses(dst, []int32{0, 3}, nil, 3, plan(nil)) }, "label of the partner of sample 0 is 3, not in [0, 3)"},
		{"label negative", make([]float32, 6), func(dst []float32) error { return ApplyClasses(dst, []int32{-1, 0}, nil, 3, plan(nil)) }, "label of sample 0 is -1"},
		{"labels short", make([]float32, 6), func(dst []float32) error { return ApplyClasses(dst, []int32{0}, nil, 3, plan(nil)) }, "1 labels for the plan's 2 samples"},
		{"class rows short", make([]float32, 5), func(dst []float32) error { return ApplyClasses(dst, []int32{0, 1}, nil, 3, plan(nil)) }, "2 samples x 3 classes = 6"},
		{"classes without second", make([]float32, 6), func(dst []float32) error { return ApplyClasses(dst, []int32{0, 1}, nil, 3, plan(second)) }, "other is empty"},
		{"no normalization", make([]float32, 6), func(dst []float32) error { return ApplyUint8(dst, make([]uint8, 6), nil, nil, plan(nil)) }, "0 means"},
		{"means and stds", make([]float32, 6), func(dst []float32) error {
			return ApplyUint8(dst, make([]uint8, 6), nil, &Normalization{Mean: []float32{0}}, plan(nil))
		}, "1 means and 0 standard"},
		{"std 0", make([]float32, 6), func(dst []float32) error {
			return ApplyUint8(dst, make([]uint8, 6), nil, &Normalization{Mean: []float32{0}, Std: []float32{0}}, plan(nil))
		}, "standard deviation of channel 0 is 0"},
		{"mean NaN", make([]float32, 6), func(dst []float32) error {
			return ApplyUint8(dst, make([]uint8, 6), nil, &Normalization{Mean: []float32{nan}, Std: []float32{1}}, plan(nil))
		}, "mean of channel 0 is NaN"},
		{"part of a pixel", make([]float32, 8), func(dst []float32) error { return ApplyUint8(dst, make([]uint8, 8), nil, norm, plan(nil)) }, "4 values has no whole number of pixels of 3 channels"},
		{"uint8 lengths", make([]float32, 5), func(dst []float32) error { return ApplyUint8(dst, make([]uint8, 6), nil, norm, plan(nil)) }, "dst holds 5"},
	} {
		fill(c.dst, 42)
		before := slices.Clone(c.dst)
		err := c.call(c.dst)
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: error is %v, want one line with %q", c.name, err, c.want)
		}
		if !slices.Equal(c.dst, before) {
			t.Errorf("%s: dst was written", c.name)
		}
	}
}

// Neighbours in one piece of memory do not overlap, and samples of no values
// are no error.
func TestApplyAccepts(t *testing.T) {
	p := &Plan{N: 2, Partner: []int32{1, 0}, Input: []float32{0.5, 0.5}, Target: []float32{1, 1}}
	shared := make([]float32, 12)
	for i := range shared {
		shared[i] = float32(i)
	}
	if err := ApplyFloat32(shared[6:], shared[:6], nil, p); err != nil {
		t.Error(err)
	}
	if want := []float32{1.5, 2.5, 3.5, 1.5, 2.5, 3.5}; !slices.Equal(shared[6:], want) {
		t.Errorf("%v, want %v", shared[6:], want)
	}
	if err := ApplyFloat32(nil, nil, nil, p); err != nil {
		t.Error(err)
	}
	p.Second = true
	if err := ApplyFloat32(nil, nil, nil, p); err != nil {
		t.Error(err)
	}
}

func TestApplyDoesNotAllocate(t *testing.T) {
	p, _ := draw(t, Mixup{Alpha: 1, PerSample: true}, At{N: 32})
	const size = 192
	src, bytes, dst := normals(32*size, 1), randomBytes(32*size, 2), make([]float32, 32*size)
	labels, rows := make([]int32, 32), make([]float32, 320)
	last, planar, many := testNormalization(3), testNormalization(3), testNormalization(24)
	planar.Planar = true
	for name, f := range map[string]func() error{
		"ApplyFloat32":          func() error { return ApplyFloat32(dst, src, nil, p) },
		"ApplyRows":             func() error { return ApplyRows(dst, src, nil, p) },
		"ApplyUint8":            func() error { return ApplyUint8(dst, bytes, nil, last, p) },
		"ApplyUint8, planar":    func() error { return ApplyUint8(dst, bytes, nil, planar, p) },
		"ApplyUint8, 24 planes": func() error { return ApplyUint8(dst, bytes, nil, many, p) },
		"ApplyClasses":          func() error { return ApplyClasses(rows, labels, nil, 10, p) },
	} {
		if n := testing.AllocsPerRun(10, func() {
			if err := f(); err != nil {
				t.Fatal(err)
			}
		}); n != 0 {
			t.Errorf("%s allocates %v times", name, n)
		}
	}
}

// A mix lies between the two it is made of, and mixing regression values by
// the plan is mixing rows of one.
func TestApplyIsConvex(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 20).Draw(t, "n")
		size := rapid.IntRange(1, 40).Draw(t, "size")
		var p Plan
		m := Mixup{Alpha: rapid.Float64Range(0.001, 100).Draw(t, "alpha"), PerSample: rapid.Bool().Draw(t, "per sample")}
		if err := m.Draw(&p, At{Seed: rapid.Uint64().Draw(t, "seed"), N: n}); err != nil {
			t.Fatal(err)
		}
		src, dst := normals(n*size, rapid.Uint64().Draw(t, "data")), make([]float32, n*size)
		if err := ApplyRows(dst, src, nil, &p); err != nil {
			t.Fatal(err)
		}
		for i := range n {
			for k := range size {
				a, b := src[i*size+k], src[int(p.Partner[i])*size+k]
				slack := 1e-6 * max(abs(a), abs(b))
				if x := dst[i*size+k]; x < min(a, b)-slack || x > max(a, b)+slack {
					t.Fatalf("%v is not between %v and %v", x, a, b)
				}
			}
		}
	})
}

func abs(x float32) float32 { return max(x, -x) }
