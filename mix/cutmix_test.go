package mix

import (
	"encoding/json"
	"math"
	"os"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// torchvision's boxes for the same weight and centre are these; timm's keep the
// odd pixel at their ends. Both written by testdata/cutmix.py.
func TestCutMixBoxesAgainstPyTorch(t *testing.T) {
	text, err := os.ReadFile("testdata/cutmix.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases []struct {
		Height, Width, Row, Column int
		Lambda, Target             float64
		Top, Bottom, Left, Right   int
		Program                    string
	}
	if err := json.Unmarshal(text, &cases); err != nil {
		t.Fatal(err)
	}
	if len(cases) == 0 {
		t.Fatal("testdata/cutmix.json holds no cases")
	}
	for _, c := range cases {
		side := math.Sqrt(1 - c.Lambda)
		top, bottom := cutAbout(c.Height, side, c.Row)
		left, right := cutAbout(c.Width, side, c.Column)
		if c.Program == "timm" {
			if top != c.Top || left != c.Left || c.Bottom < bottom || c.Right < right || c.Right > right+1 || c.Bottom > bottom+1 {
				t.Errorf("timm's box of %v at %d, %d in %d x %d is more than a pixel away", c.Lambda, c.Row, c.Column, c.Height, c.Width)
			}
			continue
		}
		if top != c.Top || bottom != c.Bottom || left != c.Left || right != c.Right {
			t.Errorf("%s: the box of %v at %d, %d in %d x %d is rows %d to %d, columns %d to %d, not %d to %d, %d to %d",
				c.Program, c.Lambda, c.Row, c.Column, c.Height, c.Width, top, bottom, left, right, c.Top, c.Bottom, c.Left, c.Right)
		}
		if got := 1 - share(top, bottom, left, right, c.Height, c.Width); math.Abs(got-c.Target) > 1e-6 {
			t.Errorf("%s: the own target keeps %v, not %v", c.Program, got, c.Target)
		}
	}
}

// The target's weight is the share of the pixels that stay, whatever the size.
func TestCutMixTargetIsTheShareOfPixels(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		at := At{
			Seed: rapid.Uint64().Draw(t, "seed"), N: 5,
			Height: rapid.IntRange(1, 300).Draw(t, "height"), Width: rapid.IntRange(1, 300).Draw(t, "width"),
		}
		m := CutMix{Alpha: rapid.Float64Range(0.01, 32).Draw(t, "a"), PerSample: true}
		var p Plan
		if err := m.Draw(&p, at); err != nil {
			t.Fatal(err)
		}
		ones, zeros := make([]float32, at.Height*at.Width), make([]float32, at.Height*at.Width)
		for i := range ones {
			ones[i] = 1
		}
		for i := range p.N {
			one := Plan{N: 1, Partner: []int32{0}, Input: p.Input[i : i+1], Target: p.Target[i : i+1], Second: true, Region: p.Region[i : i+1], Height: p.Height, Width: p.Width}
			dst := make([]float32, len(ones))
			if err := ApplyFloat32(dst, ones, zeros, &one); err != nil {
				t.Fatal(err)
			}
			sum := 0.0
			for _, v := range dst {
				sum += float64(v)
			}
			if got := sum / float64(len(dst)); math.Abs(got-float64(p.Target[i])) > 1e-6 {
				t.Fatalf("%v of the pixels stay, the target keeps %v", got, p.Target[i])
			}
		}
	})
}

func TestCutMixNeedsPictures(t *testing.T) {
	err := CutMix{Alpha: 1}.Draw(&Plan{}, At{N: 4})
	if err == nil || !strings.Contains(err.Error(), "no height and width") {
		t.Errorf("error is %v", err)
	}
}

// Samples that are no pictures of the plan's size are refused.
func TestRegionsRefuseOtherSizes(t *testing.T) {
	p, _ := draw(t, CutMix{Alpha: 1}, At{N: 4, Height: 5, Width: 5})
	x := make([]float32, 4*24)
	if err := ApplyFloat32(make([]float32, len(x)), x, nil, p); err == nil || !strings.Contains(err.Error(), "5 x 5") {
		t.Errorf("ApplyFloat32: %v", err)
	}
	b := make([]uint8, 4*50)
	if err := ApplyUint8(make([]float32, len(b)), b, nil, testNormalization(1), p); err == nil || !strings.Contains(err.Error(), "2 channels") {
		t.Errorf("ApplyUint8: %v", err)
	}
	for _, bad := range []Region{{0.5, 0, 0.2, 1}, {0, 0, 1.5, 1}, {float32(math.NaN()), 0, 1, 1}, {0, -0.1, 1, 1}} {
		p.Region[2] = bad
		if err := p.Validate(4); err == nil || !strings.Contains(err.Error(), "sample 2") {
			t.Errorf("%v: %v", bad, err)
		}
	}
	p.Region = p.Region[:3]
	if err := p.Validate(4); err == nil || !strings.Contains(err.Error(), "3 regions") {
		t.Errorf("too few regions: %v", err)
	}
}
