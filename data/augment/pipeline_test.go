package augment

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/vicinal-ml/vicinal/stream"
)

var specs = []string{
	"crop:4", "crop:4:reflect", "flip:alternate", "rrc:0.1-0.3:16", "random-crop:20", "rrc:0.08-1:16", "rrc:0.3-1:40", "center-crop:20", "center-crop:24:28",
	"resize:13", "resize:13x40", "rrc:0.5-1:24x32", "flip", "jitter:0.4", "lighting:0.1", "erase:0.5",
}

func mustParse(t testing.TB, spec string) *Pipeline {
	t.Helper()
	p, err := Parse(spec)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func apply(p *Pipeline, c *Canvas, seed uint64, epoch, sample int) error {
	return p.Apply(c, p.Streams(seed, ""), epoch, sample)
}

// run applies a pipeline to a fixed image of 30 rows and 36 columns.
func run(t testing.TB, spec string, seed uint64, epoch, sample int) Image {
	t.Helper()
	var c Canvas
	pixels(&c, 30, 36, 3)
	if err := apply(mustParse(t, spec), &c, seed, epoch, sample); err != nil {
		t.Fatalf("%s: %v", spec, err)
	}
	return c.Image
}

func same(a, b Image) bool { return a.H == b.H && a.W == b.W && slices.Equal(a.Pix, b.Pix) }

func TestEveryOperation(t *testing.T) {
	var original Canvas
	pixels(&original, 30, 36, 3)
	for _, spec := range specs {
		p := mustParse(t, spec)
		if p.String() != spec {
			t.Errorf("Parse(%q) is %q", spec, p)
		}
		h, w := p.Size(30, 36)
		differ := false
		for sample := range 20 {
			a := run(t, spec, 1, 2, sample)
			if !same(a, run(t, spec, 1, 2, sample)) {
				t.Fatalf("%s is not a function of its position", spec)
			}
			if a.H != h || a.W != w || a.C != 3 || len(a.Pix) != 3*h*w {
				t.Fatalf("%s: %d rows, %d columns, %d values; Size says %d, %d", spec, a.H, a.W, len(a.Pix), h, w)
			}
			differ = differ || !same(a, original.Image)
		}
		if !differ {
			t.Errorf("%s never changes the image", spec)
		}
	}
}

// drawn operations give other images for another seed, epoch or sample.
func TestPositions(t *testing.T) {
	for _, spec := range []string{"crop:4", "crop:4:reflect", "flip:alternate", "random-crop:20", "rrc:0.08-1:16", "flip", "jitter:0.4", "lighting:0.5", "erase:1"} {
		var seeds, epochs, samples int
		for i := range 20 {
			base := run(t, spec, 1, 1, 100)
			seeds += bit(!same(base, run(t, spec, uint64(2+i), 1, 100)))
			epochs += bit(!same(base, run(t, spec, 1, 2+i, 100)))
			samples += bit(!same(base, run(t, spec, 1, 1, 101+i)))
		}
		if seeds < 5 || epochs < 5 || samples < 5 {
			t.Errorf("%s: of 20 other seeds, epochs, samples %d, %d, %d change the image", spec, seeds, epochs, samples)
		}
	}
}

func bit(b bool) int {
	if b {
		return 1
	}
	return 0
}

// Adding an operation in front or behind moves no draw of the others.
func TestStreamsAreIndependent(t *testing.T) {
	recorder := func(op Op, others ...Op) (draws []uint64) {
		probe := &probe{Op: op}
		var c Canvas
		pixels(&c, 30, 36, 3)
		if err := apply(NewPipeline(append(others, probe)...), &c, 7, 3, 5); err != nil {
			t.Fatal(err)
		}
		return probe.draws
	}
	alone := recorder(Flip{})
	for _, others := range [][]Op{{PadCrop{Pad: 4}}, {Jitter{0.4}, Erase{1}}, {ResizedCrop{16, 16, 0.08, 1}, Lighting{0.1}}} {
		if !slices.Equal(alone, recorder(Flip{}, others...)) {
			t.Errorf("%v moves the draws of flip", others)
		}
	}
	if slices.Equal(alone, recorder(Flip{}, Flip{})) {
		t.Error("two flips draw the same")
	}
}

// probe records the first draws an operation would make.
type probe struct {
	Op
	draws []uint64
}

func (p *probe) Apply(_ *Canvas, rand *stream.Rand) error {
	for range 4 {
		p.draws = append(p.draws, rand.Uint64())
	}
	return nil
}

func TestParseErrors(t *testing.T) {
	for spec, want := range map[string]string{
		"flop":             `augmentation "flop": unknown, did you mean "flip"?; known are crop, rrc,`,
		"shift:0.1":        `augmentation "shift:0.1" is not one of images`,
		"crop:4:mirror":    `augmentation "crop:4:mirror": "mirror" is not "reflect"`,
		"flip:2":           `"2" is not "alternate"`,
		"flip:alternate:2": "one argument too many",
		"rrc:0.5":          `"0.5" is not a range, such as 0.08-1`,
		"rrc:0.5-0.1":      `"0.5-0.1" is an empty range`,
		"crop":             "is not a whole number",
		"crop:-1":          "is not a whole number",
		"crop:999999":      "is not a whole number",
		"rrc:0-2:8":        `"2" is not a number in [0, 1]`,
		"jitter":           "is not a number",
		"jitter:NaN":       "is not a number",
		"erase:1.1":        "is not a number",
		"flip,,flip":       `augmentation ""`,
	} {
		if _, err := Parse(spec); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Parse(%q): %v, want %q", spec, err, want)
		}
	}
	if p := mustParse(t, ""); p.String() != "" {
		t.Errorf("Parse of nothing is %q", p)
	}
}

func TestApplyErrors(t *testing.T) {
	for _, test := range []struct {
		spec    string
		h, w, c int
	}{
		{"random-crop:31", 30, 36, 3}, {"center-crop:31", 30, 36, 3}, {"center-crop:30:29", 30, 36, 3},
		{"jitter:0.4", 4, 4, 1}, {"lighting:0.1", 4, 4, 1}, {"center-crop:1", 0, 0, 3}, {"resize:4", 0, 0, 3},
	} {
		var c Canvas
		pixels(&c, test.h, test.w, test.c)
		if err := apply(mustParse(t, test.spec), &c, 1, 0, 0); err == nil {
			t.Errorf("%s of %d rows, %d columns, %d channels gives no error", test.spec, test.h, test.w, test.c)
		}
	}
}

func TestPadCropMoves(t *testing.T) {
	var original Canvas
	pixels(&original, 30, 36, 3)
	counts := make(map[[2]int]int)
	const n = 2500
	for sample := range n {
		img := run(t, "crop:2", 1, 0, sample)
		found := false
		for dy := -2; dy <= 2 && !found; dy++ {
			for dx := -2; dx <= 2 && !found; dx++ {
				if matches(img, original.Image, dx, dy) {
					counts[[2]int{dx, dy}]++
					found = true
				}
			}
		}
		if !found {
			t.Fatalf("sample %d is not the image moved by up to 2 pixels", sample)
		}
	}
	// 25 places, 100 expected in each: within six deviations.
	for at, k := range counts {
		if math.Abs(float64(k)-n/25) > 60 {
			t.Errorf("moved by %v %d times of %d", at, k, n)
		}
	}
	if len(counts) != 25 {
		t.Errorf("%d of 25 places", len(counts))
	}
}

// matches reports whether a is b moved to the left by dx and up by dy.
func matches(a, b Image, dx, dy int) bool {
	for y := range a.H {
		for x := range a.W {
			for c := range a.C {
				want := uint8(0)
				if sy, sx := y+dy, x+dx; sy >= 0 && sy < b.H && sx >= 0 && sx < b.W {
					want = b.Pix[(sy*b.W+sx)*b.C+c]
				}
				if a.Pix[(y*a.W+x)*a.C+c] != want {
					return false
				}
			}
		}
	}
	return true
}

func TestPadWiderThanTheImage(t *testing.T) {
	for sample := range 50 {
		var c Canvas
		pixels(&c, 3, 2, 1)
		if err := apply(mustParse(t, "crop:9"), &c, 1, 0, sample); err != nil {
			t.Fatal(err)
		}
	}
}

func TestFlip(t *testing.T) {
	var original Canvas
	pixels(&original, 30, 36, 3)
	flipped := 0
	for sample := range 1000 {
		img := run(t, "flip", 1, 0, sample)
		if same(img, original.Image) {
			continue
		}
		flipped++
		for i, v := range img.Pix {
			y, x, c := i/108, i/3%36, i%3
			if v != original.Pix[(y*36+35-x)*3+c] {
				t.Fatalf("sample %d is neither the image nor its mirror", sample)
			}
		}
	}
	if flipped < 400 || flipped > 600 {
		t.Errorf("%d of 1000 flipped", flipped)
	}
	odd := Image{1, 3, 2, []uint8{1, 2, 3, 4, 5, 6}}
	if mirror(&odd); !slices.Equal(odd.Pix, []uint8{5, 6, 3, 4, 1, 2}) {
		t.Errorf("mirror of three columns of two channels: %v", odd.Pix)
	}
}

// The parts' areas are uniform and their shapes log-uniform, but for those
// that do not fit; a large square image keeps nearly all of area < 0.6.
func TestResizedCropPart(t *testing.T) {
	op := ResizedCrop{224, 224, 0.08, 1}
	const n = 20000
	var small, wide int
	for sample := range n {
		rand := stream.New(1, "test").AtSample(0, 0, uint64(sample))
		p := op.Part(1000, 1000, &rand)
		if p.X < 0 || p.Y < 0 || p.W < 1 || p.H < 1 || p.X+p.W > 1000 || p.Y+p.H > 1000 {
			t.Fatalf("part %+v of 1000 by 1000", p)
		}
		area, shape := float64(p.W*p.H)/1e6, float64(p.W)/float64(p.H)
		if area < 0.079 || shape < 0.745 || shape > 1.342 {
			t.Fatalf("part %+v: area %.3f, shape %.3f", p, area, shape)
		}
		small += bit(area < 0.31)
		wide += bit(shape > 1)
	}
	// P(area < 0.31) is 0.25 of all draws; some above 0.75 are drawn anew, so
	// that it is a little more of those kept.
	if s := float64(small) / n; s < 0.25 || s > 0.30 {
		t.Errorf("share of parts below 0.31 of the area: %.3f", s)
	}
	if s := float64(wide) / n; math.Abs(s-0.5) > 0.02 {
		t.Errorf("share of wide parts: %.3f", s)
	}
	// No part of allowed shape and area fits in a line of pixels often.
	for sample := range 100 {
		rand := stream.New(1, "test").AtSample(0, 0, uint64(sample))
		if p := op.Part(1, 1000, &rand); p.H != 1 || p.W < 1 || p.X+p.W > 1000 {
			t.Fatalf("part %+v of 1 by 1000", p)
		}
	}
}

func TestCenterCrop(t *testing.T) {
	var c Canvas
	pixels(&c, 375, 500, 3)
	if err := (CenterCrop{224, 256}).Apply(&c, nil); err != nil || c.H != 224 || c.W != 224 {
		t.Fatalf("%d rows, %d columns, %v", c.H, c.W, err)
	}
	var want Canvas
	pixels(&want, 375, 500, 3)
	if err := want.Resize(Rect{0, 0, 500, 375}, 256, 341); err != nil {
		t.Fatal(err)
	}
	for y := range 224 {
		for i := range 3 * 224 {
			if c.Pix[y*672+i] != want.Pix[((y+16)*341+58)*3+i] {
				t.Fatalf("row %d, value %d is not from 16 rows down and 58 columns in", y, i)
			}
		}
	}
}

func TestJitterByHand(t *testing.T) {
	pix := []uint8{100, 150, 200, 0, 0, 255}
	blend(pix, 1.5, 0)
	if !slices.Equal(pix, []uint8{150, 225, 255, 0, 0, 255}) {
		t.Errorf("brightness 1.5: %v", pix)
	}
	// Gray of (100, 150, 200) is 0.299*100 + 0.587*150 + 0.114*200 = 140.75.
	pix = []uint8{100, 150, 200}
	saturate(pix, 0.5)
	if !slices.Equal(pix, []uint8{120, 145, 170}) {
		t.Errorf("saturation 0.5: %v", pix)
	}
	pix = []uint8{100, 150, 200}
	saturate(pix, 0)
	if !slices.Equal(pix, []uint8{141, 141, 141}) {
		t.Errorf("saturation 0: %v", pix)
	}
	if m := meanGray([]uint8{0, 0, 0, 255, 255, 255}); math.Abs(m-127.5) > 1e-9 {
		t.Errorf("mean gray of black and white: %g", m)
	}
}

func TestLightingIsOneColour(t *testing.T) {
	var c Canvas
	c.Set(2, 2, 3)
	for i := range c.Pix {
		c.Pix[i] = 128
	}
	var squares [3]float64
	const n = 4000
	for sample := range n {
		copy(c.Pix, slices.Repeat([]uint8{128}, 12))
		if err := apply(mustParse(t, "lighting:0.1"), &c, 1, 0, sample); err != nil {
			t.Fatal(err)
		}
		for i, v := range c.Pix {
			if v != c.Pix[i%3] {
				t.Fatalf("sample %d: pixels %v", sample, c.Pix)
			}
		}
		for channel := range squares {
			d := float64(c.Pix[channel]) - 128
			squares[channel] += d * d
		}
	}
	// The variance of a channel is the sum of (255 * 0.1 * value * component)^2,
	// and 1/12 for rounding.
	values, vectors := imageNetColours()
	for channel, s := range squares {
		want := 1. / 12
		for k, v := range values {
			want += math.Pow(25.5*v*vectors[channel][k], 2)
		}
		if got := s / n; math.Abs(got/want-1) > 0.12 {
			t.Errorf("channel %d: variance %.3f, want %.3f", channel, got, want)
		}
	}
}

func TestErase(t *testing.T) {
	var original Canvas
	pixels(&original, 30, 36, 3)
	erased := 0
	for sample := range 400 {
		img := run(t, "erase:0.5", 1, 0, sample)
		x0, x1, y0, y1 := 36, 0, 30, 0
		for i := range img.Pix {
			if img.Pix[i] != original.Pix[i] {
				y, x := i/108, i/3%36
				x0, x1, y0, y1 = min(x0, x), max(x1, x), min(y0, y), max(y1, y)
			}
		}
		if x0 > x1 {
			continue
		}
		erased++
		if area := float64((x1-x0+1)*(y1-y0+1)) / (30 * 36); area > 0.45 {
			t.Errorf("sample %d: %.2f of the area erased", sample, area)
		}
	}
	if erased < 150 || erased > 250 {
		t.Errorf("%d of 400 erased", erased)
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range specs {
		f.Add(s)
	}
	f.Add("rrc:0.08-1:224,flip,jitter:0.4,lighting:0.1")
	f.Fuzz(func(t *testing.T, spec string) {
		p, err := Parse(spec)
		if err != nil {
			return
		}
		if q, err := Parse(p.String()); err != nil || q.String() != p.String() {
			t.Fatalf("Parse(%q) is %q, which parses to %v, %v", spec, p, q, err)
		}
	})
}

func BenchmarkCIFARPipeline(b *testing.B) {
	p := mustParse(b, "crop:4,flip")
	streams := p.Streams(1, "")
	var source, c Canvas
	pixels(&source, 32, 32, 3)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		c.Set(32, 32, 3)
		copy(c.Pix, source.Pix)
		if err := p.Apply(&c, streams, 0, i); err != nil {
			b.Fatal(err)
		}
	}
}

func TestReflectedCropByHand(t *testing.T) {
	src := Image{3, 4, 1, []uint8{
		1, 2, 3, 4,
		5, 6, 7, 8,
		9, 10, 11, 12,
	}}
	dst := Image{3, 4, 1, make([]uint8, 12)}
	for _, test := range []struct {
		dx, dy int
		want   []uint8
	}{
		{2, 0, []uint8{3, 4, 3, 2, 7, 8, 7, 6, 11, 12, 11, 10}},
		{-2, 0, []uint8{3, 2, 1, 2, 7, 6, 5, 6, 11, 10, 9, 10}},
		{0, -1, []uint8{5, 6, 7, 8, 1, 2, 3, 4, 5, 6, 7, 8}},
		{0, 2, []uint8{9, 10, 11, 12, 5, 6, 7, 8, 1, 2, 3, 4}},
		{-3, 2, []uint8{12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1}},
	} {
		reflect(&dst, &src, test.dx, test.dy)
		if !slices.Equal(dst.Pix, test.want) {
			t.Errorf("moved by %d, %d: %v, want %v", test.dx, test.dy, dst.Pix, test.want)
		}
	}
}

// Each image is seen in both ways in any two epochs, half of the images in
// either way in any epoch.
func TestAlternatingFlip(t *testing.T) {
	var original Canvas
	pixels(&original, 30, 36, 3)
	flipped := 0
	for sample := range 200 {
		first := same(run(t, "flip:alternate", 1, 0, sample), original.Image)
		for epoch := range 6 {
			if got := same(run(t, "flip:alternate", 1, epoch, sample), original.Image); got != (first == (epoch%2 == 0)) {
				t.Fatalf("sample %d, epoch %d: as it was %t, %t in the first epoch", sample, epoch, got, first)
			}
		}
		flipped += bit(!first)
	}
	if flipped < 75 || flipped > 125 {
		t.Errorf("%d of 200 flipped in the first epoch", flipped)
	}
}

// The samples of a second batch are augmented by draws of their own.
func TestBranches(t *testing.T) {
	p := mustParse(t, "crop:4")
	differ := 0
	for sample := range 20 {
		var a, b Canvas
		pixels(&a, 30, 36, 3)
		pixels(&b, 30, 36, 3)
		if err := errors.Join(p.Apply(&a, p.Streams(1, ""), 0, sample), p.Apply(&b, p.Streams(1, "second"), 0, sample)); err != nil {
			t.Fatal(err)
		}
		differ += bit(!same(a.Image, b.Image))
	}
	if differ < 15 {
		t.Errorf("%d of 20 images differ", differ)
	}
}

func TestCanonical(t *testing.T) {
	for spec, want := range map[string]string{
		"": "none", "none": "none", " crop:4 , flip": "crop:4,flip", "rrc": "rrc:0.08-1", "rrc:0.08-1": "rrc:0.08-1",
		"rrc:.25-1.0:64,jitter:0.40": "rrc:0.25-1:64,jitter:0.4", "flip:alternate": "flip:alternate",
		"shift:.10,volume:6.0": "shift:0.1,volume:6",
	} {
		if got, err := Canonical(spec); err != nil || got != want {
			t.Errorf("Canonical(%q) is %q, %v; want %q", spec, got, err, want)
		}
	}
	for _, spec := range []string{"shift:0.1,flip", "flip,shift:0.1", "shif:0.1"} {
		if got, err := Canonical(spec); err == nil {
			t.Errorf("Canonical(%q) is %q", spec, got)
		}
	}
}

func TestFor(t *testing.T) {
	before := CenterCrop{32, 36}
	for _, test := range []struct {
		spec   string
		before Op
		want   string
	}{
		{"crop:4,flip", nil, "crop:4,flip"},
		{"crop:4,flip", before, "center-crop:32:36,crop:4,flip"},
		{"rrc,flip", before, "rrc:0.08-1:32,flip"},
		{"resize:40,random-crop:32", before, "resize:40,random-crop:32"},
		{"", before, "center-crop:32:36"},
	} {
		if p, err := mustParse(t, test.spec).For(32, 32, 3, test.before); err != nil || p.String() != test.want {
			t.Errorf("%q: %q, %v; want %q", test.spec, p, err, test.want)
		}
	}
	if p, err := mustParse(t, "rrc").For(20, 10, 1, Resize{20, 10}); err != nil || p.String() != "rrc:0.08-1:20x10" {
		t.Errorf("of a sample that is no square: %q, %v", p, err)
	}
	for _, test := range []struct {
		spec           string
		h, w, channels int
		want           string
	}{
		{"jitter:0.4", 28, 28, 1, "three channels"},
		{"resize:10", 28, 28, 1, "makes images of 10 rows and 10 columns; a sample has 28 and 28"},
		{"crop:8:reflect", 8, 8, 1, "mirrors more"},
		{"random-crop:9", 8, 8, 1, "is larger than"},
	} {
		if _, err := mustParse(t, test.spec).For(test.h, test.w, test.channels, nil); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v, want %q", test.spec, err, test.want)
		}
	}
}
