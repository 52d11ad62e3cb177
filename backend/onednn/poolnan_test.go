package onednn

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"unsafe"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
)

// TestMaxPoolingKeepsNaN compares maxima over windows with NaN in some of them with the Go backend's, row-major, with
// channels first, and in the layout of a convolution before.
func TestMaxPoolingKeepsNaN(t *testing.T) {
	f32 := func(d ...int) shapes.Shape { return shapes.Make(dtypes.Float32, d...) }
	for _, test := range []struct {
		name                string
		x                   shapes.Shape
		window, strides     []int
		padding             [][2]int
		weights             []int // of the convolution before; none: there is none
		ofNaN, ofInfinities int
	}{
		{"channels last", f32(3, 9, 8, 5), []int{1, 2, 2, 1}, []int{1, 2, 2, 1}, nil, nil, 4, 4},
		{"channels first", f32(2, 6, 7, 7), []int{1, 1, 3, 3}, []int{1, 1, 2, 2}, [][2]int{{}, {}, {1, 1}, {1, 1}}, nil, 3, 2},
		{"one dimension", f32(2, 31, 4), []int{1, 3, 1}, []int{1, 1, 1}, [][2]int{{}, {1, 0}, {}}, nil, 5, 3},
		{"three dimensions", f32(2, 5, 6, 7, 3), []int{1, 2, 3, 2, 1}, []int{1, 1, 2, 2, 1}, nil, nil, 3, 3},
		{"after a convolution", f32(2, 8, 8, 16), []int{1, 3, 3, 1}, []int{1, 2, 2, 1}, [][2]int{{}, {0, 1}, {0, 1}, {}}, []int{1, 1, 16, 16}, 3, 0},
		{"channels that do not fill a block", f32(2, 8, 8, 16), []int{1, 2, 2, 1}, []int{1, 2, 2, 1}, nil, []int{1, 1, 16, 20}, 2, 0},
		{"nothing but NaN", f32(1, 4, 4, 8), []int{1, 2, 2, 1}, []int{1, 2, 2, 1}, nil, nil, 128, 0},
		{"none", f32(1, 4, 4, 8), []int{1, 2, 2, 1}, []int{1, 2, 2, 1}, nil, nil, 0, 8},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := rand.New(rand.NewPCG(5, 6))
			x := randomFlat(r, test.x).([]float32)
			at := r.Perm(len(x))
			for i := range test.ofInfinities {
				x[at[i]] = float32(math.Inf(i%2*2 - 1))
			}
			for _, i := range at[len(at)-test.ofNaN:] {
				x[i] = float32(math.NaN())
			}
			params, flats := []shapes.Shape{test.x}, []any{x}
			if test.weights != nil {
				params = append(params, f32(test.weights...))
				flats = append(flats, randomFlat(r, params[1]))
			}
			graph := func(f compute.Function, in []compute.Value) []compute.Value {
				y := in[0]
				if test.weights != nil {
					y = must(f.ConvGeneral(y, in[1], convCase{rank: 2}.axes(), nil, nil, nil, nil, 1, 1))
				}
				return []compute.Value{must(f.ReduceWindow(y, compute.ReduceOpMax, test.window, test.strides, nil, nil, test.padding))}
			}
			eachLibrary(t, "deterministic,everything", func(t *testing.T, b *Backend) {
				want := runOn(t, b.goBackend, params, flats, false, graph)
				nan := 0
				for _, v := range want[0] {
					if math.IsNaN(v) {
						nan++
					}
				}
				if (nan > 0) != (test.ofNaN > 0) {
					t.Fatalf("%d results of the Go backend are NaN", nan)
				}
				closeTo(t, fmt.Sprint(nan, " are NaN"), runOn(t, b, params, flats, false, graph)[0], want[0], 1e-5)
			})
		})
	}
}

// TestNaNSearch looks for single NaNs of every sign and size among other numbers, infinities too, in both types.
func TestNaNSearch(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	for _, size := range []int{1, 2, 3, 7, 8, 9, 63, searchPart/4 + 5} {
		wide, half := make([]uint32, size), make([]uint16, size)
		for i := range wide {
			wide[i], half[i] = r.Uint32()&^(1<<30), uint16(r.Uint32())&^(1<<14) // small numbers
			if i%3 == 0 {
				wide[i], half[i] = 0x7f800000|wide[i]&(1<<31), 0x7f80|half[i]&(1<<15)
			}
		}
		found := func(memory []byte, half bool) bool {
			s := nanSearch{memory: memory, half: half}
			for part := range s.parts() {
				s.Part(part, 0)
			}
			return s.found.Load()
		}
		wideBytes := unsafe.Slice((*byte)(unsafe.Pointer(&wide[0])), 4*size)
		halfBytes := unsafe.Slice((*byte)(unsafe.Pointer(&half[0])), 2*size)
		if found(wideBytes, false) || found(halfBytes, true) {
			t.Errorf("%d numbers: found NaN where there is none", size)
		}
		for _, at := range []int{0, size / 2, size - 1} {
			for _, bits := range []uint32{0x7f800001, 0x7fc00000, 0xffffffff, 0xff80ffff} {
				before := wide[at]
				wide[at] = bits
				if !found(wideBytes, false) {
					t.Errorf("%#x at %d of %d is not found", bits, at, size)
				}
				wide[at] = before
			}
			for _, bits := range []uint16{0x7f81, 0x7fc0, 0xffff} {
				before := half[at]
				half[at] = bits
				if !found(halfBytes, true) {
					t.Errorf("%#x at %d of %d is not found", bits, at, size)
				}
				half[at] = before
			}
		}
	}
}

func BenchmarkMaxPooling(b *testing.B) {
	for _, dims := range [][]int{{32, 112, 112, 64}, {128, 32, 32, 64}, {16, 8, 8, 32}} {
		b.Run(fmt.Sprint(dims), func(b *testing.B) {
			backend := newTestBackend(b, "deterministic")
			params := []shapes.Shape{shapes.Make(dtypes.Float32, dims...)}
			exec, err := compileGraph(backend, params, func(f compute.Function, in []compute.Value) []compute.Value {
				return []compute.Value{must(f.ReduceWindow(in[0], compute.ReduceOpMax, []int{1, 2, 2, 1}, []int{1, 2, 2, 1}, nil, nil, nil))}
			})
			if err != nil {
				b.Fatal(err)
			}
			in := []compute.Buffer{must(backend.BufferFromFlatData(0, randomFlat(rand.New(rand.NewPCG(1, 1)), params[0]), params[0]))}
			for b.Loop() {
				out, err := exec.Execute(in, nil, 0)
				if err != nil {
					b.Fatal(err)
				}
				if err := out[0].Finalize(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
