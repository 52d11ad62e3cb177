package onednn

import (
	"slices"
	"testing"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/gobackend"
	"github.com/gomlx/compute/shapes"
)

// TestRandomBits wants the bits and the states of the Go backend, whatever the number of workers.
func TestRandomBits(t *testing.T) {
	reference := must(gobackend.New("ops_sequential"))
	defer reference.Finalize()
	sizes := []int{1, 3, 7, 8, 9, 1000, 8 * wordsPerPart, 8*wordsPerPart + 5, 200_003}
	for _, config := range []string{"deterministic", "threads=1"} {
		b := newTestBackend(t, config)
		for _, n := range sizes {
			for _, dtype := range []dtypes.DType{dtypes.Uint8, dtypes.Uint32, dtypes.Uint64} {
				g := func(f compute.Function, in []compute.Value) []compute.Value {
					state, values, err := f.RNGBitGenerator(in[0], shapes.Make(dtype, n))
					if err != nil {
						panic(err)
					}
					state, again, err := f.RNGBitGenerator(state, shapes.Make(dtype, n))
					if err != nil {
						panic(err)
					}
					return []compute.Value{state, values, again}
				}
				want, got := drawn(t, reference, g), drawn(t, b, g)
				// The third word of the state has no meaning: PCG has two.
				if w, g := want[0].([]uint64), got[0].([]uint64); !slices.Equal(w[:2], g[:2]) {
					t.Fatalf("%s, %d x %s: state %x, want %x", config, n, dtype, g, w)
				}
				for i := range 2 {
					if !sameFlat(got[1+i], want[1+i]) {
						t.Fatalf("%s, %d x %s: other bits in draw %d", config, n, dtype, i)
					}
				}
			}
		}
	}
}

func drawn(t *testing.T, b compute.Backend, g graphFunc) []any {
	t.Helper()
	params := []shapes.Shape{compute.RNGStateShape}
	exec, err := compileGraph(b, params, g)
	if err != nil {
		t.Fatal(err)
	}
	defer exec.Finalize()
	in := must(b.BufferFromFlatData(0, []uint64{0xfedcba9876543210, 42, 7}, params[0]))
	var flats []any
	for _, out := range must(exec.Execute([]compute.Buffer{in}, nil, 0)) {
		switch v := must(out.Data()).(type) {
		case []uint8:
			flats = append(flats, slices.Clone(v))
		case []uint32:
			flats = append(flats, slices.Clone(v))
		case []uint64:
			flats = append(flats, slices.Clone(v))
		default:
			t.Fatalf("values of type %T", v)
		}
	}
	return flats
}

func sameFlat(a, b any) bool {
	switch a := a.(type) {
	case []uint8:
		return slices.Equal(a, b.([]uint8))
	case []uint32:
		return slices.Equal(a, b.([]uint32))
	default:
		return slices.Equal(a.([]uint64), b.([]uint64))
	}
}

// BenchmarkRandomBits draws a word for each of 4 Mi values, as dropout does.
func BenchmarkRandomBits(b *testing.B) {
	shape := shapes.Make(dtypes.Uint32, 4<<20)
	backends := map[string]compute.Backend{"onednn": must(New("")), "go": must(gobackend.New(""))}
	for name, backend := range backends {
		b.Run(name, func(b *testing.B) {
			exec, err := compileGraph(backend, []shapes.Shape{compute.RNGStateShape}, func(f compute.Function, in []compute.Value) []compute.Value {
				_, values, err := f.RNGBitGenerator(in[0], shape)
				if err != nil {
					panic(err)
				}
				return []compute.Value{values}
			})
			if err != nil {
				b.Fatal(err)
			}
			defer exec.Finalize()
			in := must(backend.BufferFromFlatData(0, []uint64{1, 2, 3}, compute.RNGStateShape))
			b.SetBytes(int64(shape.Size()) * 4)
			for b.Loop() {
				for _, out := range must(exec.Execute([]compute.Buffer{in}, nil, 0)) {
					if err := out.Finalize(); err != nil {
						b.Fatal(err)
					}
				}
			}
		})
		backend.Finalize()
	}
}
