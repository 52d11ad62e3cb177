package mix

import (
	"encoding/json"
	"math"
	"os"
	"slices"
	"testing"
)

// torchvision adds the same to the same inputs, for the same standard normal
// numbers, which NumPy draws again. Written by testdata/noise.py.
func TestNoiseAgainstTorchvision(t *testing.T) {
	text, err := os.ReadFile("testdata/noise.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases []struct {
		Seed           uint64
		Epoch, Step, N int
		Sigma          float64
		X, Y           []float32
	}
	if err := json.Unmarshal(text, &cases); err != nil {
		t.Fatal(err)
	}
	if len(cases) == 0 {
		t.Fatal("testdata/noise.json holds no cases")
	}
	for _, c := range cases {
		var p Plan
		if err := (InputNoise{c.Sigma}).Draw(&p, At{Seed: c.Seed, Epoch: c.Epoch, Step: c.Step, N: c.N}); err != nil {
			t.Fatal(err)
		}
		got := make([]float32, len(c.X))
		if err := ApplyFloat32(got, c.X, nil, &p); err != nil {
			t.Fatal(err)
		}
		for i := range got {
			if math.Abs(float64(got[i])-float64(c.Y[i])) > 1e-6*(1+math.Abs(float64(c.Y[i]))) {
				t.Errorf("seed %d, value %d: %v, torchvision %v", c.Seed, i, got[i], c.Y[i])
			}
		}
	}
}

// The numbers have the deviation asked for, other positions have others, and
// those of a sample do not depend on the size of the batch.
func TestNoise(t *testing.T) {
	const n, size = 64, 301
	x := make([]float32, n*size)
	noise := Noise{Deviation: 0.5, Seed: 1, Epoch: 2, Step: 3}
	noise.Add(x, n)
	sum, squares := 0.0, 0.0
	for _, v := range x {
		sum += float64(v)
		squares += float64(v) * float64(v)
	}
	count := float64(len(x))
	if mean, deviation := sum/count, math.Sqrt(squares/count); math.Abs(mean) > 4*0.5/math.Sqrt(count) || math.Abs(deviation-0.5) > 4*0.5/math.Sqrt(2*count) {
		t.Errorf("mean %v, deviation %v", mean, deviation)
	}
	few := make([]float32, 3*size)
	noise.Add(few, 3)
	if !slices.Equal(few, x[:3*size]) {
		t.Error("the noise of a sample depends on the size of the batch")
	}
	if n := testing.AllocsPerRun(10, func() { noise.Add(few, 3) }); n != 0 {
		t.Errorf("Add allocates %v times", n)
	}
	for name, other := range map[string]Noise{
		"seed": {0.5, 2, 2, 3}, "epoch": {0.5, 1, 3, 3}, "step": {0.5, 1, 2, 4},
	} {
		y := make([]float32, size)
		other.Add(y, 1)
		if slices.Equal(y, x[:size]) {
			t.Errorf("another %s gave the same noise", name)
		}
	}
}

// 8-bit images get the same noise, after they are normalised.
func TestNoiseOfUint8(t *testing.T) {
	p, _ := draw(t, InputNoise{0.3}, At{Seed: 5, N: 4})
	norm := testNormalization(3)
	src := randomBytes(4*3*6, 1)
	got := make([]float32, len(src))
	if err := ApplyUint8(got, src, nil, norm, p); err != nil {
		t.Fatal(err)
	}
	want := make([]float32, len(src))
	plain := *p
	plain.Noise = Noise{}
	if err := ApplyUint8(want, src, nil, norm, &plain); err != nil {
		t.Fatal(err)
	}
	p.Noise.Add(want, 4)
	if !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got[:6], want[:6])
	}
}

func TestPlansWithNoiseMixNothingElse(t *testing.T) {
	p, _ := draw(t, Mixup{Alpha: 1}, At{Seed: 5, N: 4})
	p.Noise.Deviation = 1
	if p.Validate(4) == nil {
		t.Error("noise on mixed inputs is accepted")
	}
	p.Noise.Deviation = -1
	if p.Validate(4) == nil {
		t.Error("a negative deviation is accepted")
	}
}

func BenchmarkNoise(b *testing.B) {
	x := make([]float32, 128*32*32*3)
	b.SetBytes(int64(4 * len(x)))
	for b.Loop() {
		Noise{Deviation: 0.1}.Add(x, 128)
	}
}
