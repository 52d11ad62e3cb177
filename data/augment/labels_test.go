package augment

import (
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// label gives each pixel of the canvas the label that its place has, none of them Void.
func label(c *Canvas) {
	c.SetLabels()
	for i := range c.Labels {
		c.Labels[i] = uint8(1 + i*31%253)
	}
}

// The labels are those of torchvision's Mask.
func TestResizeLabels(t *testing.T) {
	file, err := os.Open("testdata/labels.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	r := csv.NewReader(file)
	r.Comment = '#'
	cases, err := r.ReadAll()
	if err != nil || len(cases) < 14 {
		t.Fatal(len(cases), err)
	}
	var c Canvas
	for _, line := range cases {
		var n [8]int
		for i := range n {
			if n[i], err = strconv.Atoi(line[i]); err != nil {
				t.Fatal(err)
			}
		}
		pixels(&c, n[1], n[0], 1)
		c.SetLabels()
		copy(c.Labels, c.Pix)
		if err := c.Resize(Rect{n[2], n[3], n[4], n[5]}, n[7], n[6]); err != nil {
			t.Fatal(err)
		}
		if sum := sha256.Sum256(c.Labels); hex.EncodeToString(sum[:]) != line[8] {
			t.Errorf("%v: not the labels that torchvision makes", n)
		}
	}
}

// nearestPicture resizes a part of a picture by taking the pixel whose middle is nearest.
func nearestPicture(p Image, part Rect, h, w int) Image {
	out := Image{H: h, W: w, C: 1}
	at := func(i, n, m int) int { return min(n-1, int((float64(i)+0.5)*float64(n)/float64(m))) }
	for y := range h {
		for x := range w {
			out.Pix = append(out.Pix, p.Pix[(part.Y+at(y, part.H, h))*p.W+part.X+at(x, part.W, w)])
		}
	}
	return out
}

// Moved labels are the picture of the labels, moved by the same operation: by itself where it only moves pixels,
// else with the resizing of nearestPicture.
func TestLabelsMoveWithPixels(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h, w := rapid.IntRange(30, 50).Draw(t, "rows"), rapid.IntRange(30, 50).Draw(t, "columns")
		spec := rapid.SampledFrom(specs).Draw(t, "operation")
		p, err := Parse(spec)
		if err != nil {
			t.Fatal(err)
		}
		epoch, sample := rapid.IntRange(0, 9).Draw(t, "epoch"), rapid.IntRange(0, 99).Draw(t, "sample")
		streams := p.Streams(rapid.Uint64().Draw(t, "seed"), "")

		var c, plain, picture Canvas
		pixels(&c, h, w, 3)
		pixels(&plain, h, w, 3)
		label(&c)
		picture.Set(h, w, 1)
		copy(picture.Pix, c.Labels)
		before := slices.Clone(c.Labels)
		if err := p.Apply(&c, streams, epoch, sample); err != nil {
			t.Fatal(err)
		}
		if err := p.Apply(&plain, streams, epoch, sample); err != nil {
			t.Fatal(err)
		}
		if !same(c.Image, plain.Image) || len(plain.Labels) > 0 {
			t.Fatalf("%s makes another picture where it has labels", spec)
		}

		var want Image
		rand := streams[0].AtSample(uint64(epoch), 0, uint64(sample))
		switch op := p.ops[0].(type) {
		case Jitter, Lighting, Erase:
			want = Image{h, w, 1, before}
		case Resize:
			want = nearestPicture(picture.Image, Rect{0, 0, w, h}, op.H, op.W)
		case ResizedCrop:
			want = nearestPicture(picture.Image, op.Part(h, w, &rand), op.H, op.W)
		case CenterCrop:
			resized := picture.Image
			if op.Resize > 0 {
				toH, toW := op.resized(h, w)
				resized = nearestPicture(picture.Image, Rect{0, 0, w, h}, toH, toW)
			}
			want = nearestPicture(resized, Rect{(resized.W - op.Side) / 2, (resized.H - op.Side) / 2, op.Side, op.Side}, op.Side, op.Side)
		default:
			if err := p.Apply(&picture, streams, epoch, sample); err != nil {
				t.Fatal(err)
			}
			for i, v := range picture.Pix {
				if v == 0 { // padding, as no label is
					picture.Pix[i] = Void
				}
			}
			want = picture.Image
		}
		if c.H != want.H || c.W != want.W || !slices.Equal(c.Labels, want.Pix) {
			t.Fatalf("%s: %d by %d labels %v, want %d by %d %v", spec, c.H, c.W, c.Labels, want.H, want.W, want.Pix)
		}
	})
}

func TestOrientTurnsLabels(t *testing.T) {
	for orientation := range 10 {
		var c, picture Canvas
		pixels(&c, 3, 5, 3)
		label(&c)
		picture.Set(3, 5, 1)
		copy(picture.Pix, c.Labels)
		c.Orient(orientation)
		picture.Orient(orientation)
		if c.H != picture.H || c.W != picture.W || !slices.Equal(c.Labels, picture.Pix) {
			t.Errorf("orientation %d: %v, want %v", orientation, c.Labels, picture.Pix)
		}
	}
}

func TestLabelsDoNotAllocate(t *testing.T) {
	for _, spec := range append(specs, "crop:4,flip,rrc:0.1-0.9:24x32,jitter:0.4,erase:0.5") {
		p := mustParse(t, spec)
		streams := p.Streams(1, "")
		var c Canvas
		sample := 0
		step := func() {
			c.Set(40, 50, 3)
			label(&c)
			if err := p.Apply(&c, streams, 0, sample); err != nil {
				t.Fatal(err)
			}
			sample++
		}
		for range 20 { // memory of all sizes
			step()
		}
		if n := testing.AllocsPerRun(50, step); n > 0 {
			t.Errorf("%s: %.1f allocations", spec, n)
		}
	}
}

// What is set anew has no labels.
func TestSetForgetsLabels(t *testing.T) {
	var c Canvas
	c.Set(2, 2, 1)
	label(&c)
	if c.Set(3, 3, 1); len(c.Labels) > 0 {
		t.Errorf("%d labels", len(c.Labels))
	}
}

func TestParseSides(t *testing.T) {
	for spec, want := range map[string]Op{
		"resize:7": Resize{7, 7}, "resize:7x9": Resize{7, 9}, "rrc:0.5-1:7x9": ResizedCrop{7, 9, 0.5, 1}, "rrc:0.5-1": ResizedCrop{0, 0, 0.5, 1},
	} {
		if p := mustParse(t, spec); p.ops[0] != want || p.String() != spec {
			t.Errorf("%q is %#v, %q", spec, p.ops[0], p)
		}
	}
	for _, spec := range []string{"resize:7x", "resize:x9", "resize:7x9x3", "resize:0x3", "resize", "rrc:0.5-1:7xa"} {
		if _, err := Parse(spec); err == nil || strings.Contains(err.Error(), "\n") {
			t.Errorf("%q: %v", spec, err)
		}
	}
}
