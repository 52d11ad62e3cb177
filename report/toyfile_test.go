package report

import (
	"encoding/json"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func readToyText(t *testing.T, text []byte) (*Toy, error) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, toyName), text, 0o644); err != nil {
		t.Fatal(err)
	}
	return ReadToy(dir)
}

// A toy that anyone wrote is drawn in bounded memory or refused in a line.
func TestHostileToys(t *testing.T) {
	square := ToyPanel{Method: "erm", Rows: 2, Columns: 2, Probability: []float32{0, 0.2, 0.8, 1}}
	plain := Toy{X: [2]float64{0, 1}, Y: [2]float64{0, 1}, Panels: []ToyPanel{square}}
	for name, c := range map[string]struct {
		change func(toy *Toy)
		want   string
	}{
		"as it is":             {func(*Toy) {}, ""},
		"far from 0":           {func(toy *Toy) { toy.X = [2]float64{1e17, 1e17 + 32} }, ""},
		"as large as numbers":  {func(toy *Toy) { toy.Y = [2]float64{-math.MaxFloat64 / 4, math.MaxFloat64 / 4} }, ""},
		"larger":               {func(toy *Toy) { toy.Y = [2]float64{-math.MaxFloat64, math.MaxFloat64} }, "has no area"},
		"as small":             {func(toy *Toy) { toy.X = [2]float64{0, math.SmallestNonzeroFloat64} }, ""},
		"a grid that wraps":    {func(toy *Toy) { toy.Panels[0] = ToyPanel{Rows: 1 << 32, Columns: 1 << 32} }, "for a grid of"},
		"a grid of a terabyte": {func(toy *Toy) { toy.Panels[0].Rows = 1 << 38 }, "for a grid of"},
		"a long grid": {func(toy *Toy) {
			toy.Panels[0] = ToyPanel{Rows: 1 << 12, Columns: 2, Probability: make([]float32, 1<<13)}
		}, "for a grid of"},
		"many panels":   {func(toy *Toy) { toy.Panels = make([]ToyPanel, 1000) }, "1000 panels"},
		"a long note":   {func(toy *Toy) { toy.Note = strings.Repeat("n", 1<<20) }, "a note of 1048576 bytes"},
		"a long method": {func(toy *Toy) { toy.Panels[0].Method = strings.Repeat("n", 1<<20) }, "a method of 1048576 bytes"},
		"many points":   {func(toy *Toy) { toy.Points = make([]ToyPoint, 1<<18) }, "objects: at most"},
	} {
		t.Run(name, func(t *testing.T) {
			toy := plain
			toy.Panels = []ToyPanel{square}
			c.change(&toy)
			text, err := json.Marshal(toy)
			if err != nil {
				t.Fatal(err)
			}
			read, err := readToyText(t, text)
			if err == nil {
				err = drawn(read)
			}
			switch {
			case c.want == "" && err != nil:
				t.Error(err)
			case c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want) || len(err.Error()) > 1000):
				t.Errorf("%.2000v, want %q", err, c.want)
			}
		})
	}
}

func drawn(toy *Toy) error {
	figure, err := ToyBoundary(*toy)
	if err != nil {
		return err
	}
	return figure.SVG(io.Discard)
}

func FuzzReadToy(f *testing.F) {
	text, err := json.Marshal(tinyToy())
	if err != nil {
		f.Fatal(err)
	}
	f.Add(text)
	f.Add([]byte(`{"x":[0,1],"y":[0,1],"panels":[{"method":"erm","rows":2,"columns":2,"probability":[0,1,0.5,0.25]}]}`))
	f.Add([]byte(`{"x":[1e17,1e18],"y":[-5e-324,5e-324],"points":[{"x":1e300,"y":0,"class":2}],"panels":[{"rows":4294967296,"columns":4294967296}]}`))
	f.Add([]byte(`{"x":[1`))
	f.Fuzz(func(t *testing.T, text []byte) {
		toy, err := readToyText(t, text)
		if err == nil {
			err = drawn(toy)
		}
		if err != nil && (strings.Contains(err.Error(), "\n") || len(err.Error()) > 5000) {
			t.Errorf("%d bytes: %.500q", len(err.Error()), err)
		}
	})
}
