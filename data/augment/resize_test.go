package augment

import (
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"os"
	"strconv"
	"testing"
)

// pixels makes the bytes that testdata/make.py makes.
func pixels(c *Canvas, h, w, channels int) {
	c.Set(h, w, channels)
	state := uint32(1)
	for i := range c.Pix {
		state = state*1664525 + 1013904223
		c.Pix[i] = uint8(state >> 24)
	}
}

func TestResizeIsPillows(t *testing.T) {
	file, err := os.Open("testdata/resize.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	r := csv.NewReader(file)
	r.Comment = '#'
	cases, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var c Canvas
	for _, line := range cases {
		var n [9]int
		for i := range n {
			if n[i], err = strconv.Atoi(line[i]); err != nil {
				t.Fatal(err)
			}
		}
		pixels(&c, n[1], n[0], n[2])
		if err := c.Resize(Rect{n[3], n[4], n[5], n[6]}, n[8], n[7]); err != nil {
			t.Errorf("%v: %v", n, err)
			continue
		}
		if sum := sha256.Sum256(c.Pix); hex.EncodeToString(sum[:]) != line[9] {
			t.Errorf("%v: not the bytes that Pillow makes", n)
		}
		if c.H != n[8] || c.W != n[7] || len(c.Pix) != n[7]*n[8]*n[2] {
			t.Errorf("%v: %d rows, %d columns, %d values", n, c.H, c.W, len(c.Pix))
		}
	}
}

func TestResizeErrors(t *testing.T) {
	var c Canvas
	pixels(&c, 4, 5, 3)
	for _, part := range []Rect{{0, 0, 6, 4}, {0, 0, 5, 5}, {-1, 0, 2, 2}, {0, -1, 2, 2}, {0, 0, 0, 1}, {0, 0, 1, 0}, {4, 0, 2, 1}} {
		if err := c.Resize(part, 2, 2); err == nil {
			t.Errorf("part %+v of 4 rows and 5 columns gives no error", part)
		}
	}
	if err := c.Resize(Rect{0, 0, 5, 4}, 0, 2); err == nil {
		t.Error("resize to 0 rows gives no error")
	}
}

func TestResizeDoesNotAllocate(t *testing.T) {
	var c Canvas
	if n := testing.AllocsPerRun(10, func() {
		c.Set(100, 120, 3)
		if err := c.Resize(Rect{5, 5, 90, 80}, 32, 32); err != nil {
			t.Fatal(err)
		}
	}); n > 0 {
		t.Errorf("%.0f allocations", n)
	}
}

func BenchmarkResize(b *testing.B) {
	var source, c Canvas
	pixels(&source, 375, 500, 3)
	b.ReportAllocs()
	for b.Loop() {
		c.Set(375, 500, 3)
		copy(c.Pix, source.Pix)
		if err := c.Resize(Rect{31, 7, 400, 300}, 224, 224); err != nil {
			b.Fatal(err)
		}
	}
}
