package onednn

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
)

// TestConcurrentUsesOfABuffer lets two goroutines execute on one buffer, donate it, read it and finalize it, in every
// order: each result is that of the whole buffer, or an error that says that it is gone. Whoever takes the buffer away
// writes to whatever memory comes free.
func TestConcurrentUsesOfABuffer(t *testing.T) {
	for _, test := range []struct {
		config         string
		elements, runs int
	}{
		{"threads=2", 4096, 10000},
		{"threads=2", mapLimit / 4, 50}, // memory that is unmapped, or another buffer's next
		{"threads=2,nothing", mapLimit / 4, 50},
		{"fallback", mapLimit / 4, 50},
	} {
		t.Run(fmt.Sprint(test.config, ",", test.elements), func(t *testing.T) {
			b := newTestBackend(t, test.config)
			shape := shapes.Make(dtypes.Float32, test.elements)
			var execs []compute.Executable
			for _, g := range []graphFunc{
				func(f compute.Function, in []compute.Value) []compute.Value { // may write where it reads
					return []compute.Value{must(f.Neg(in[0]))}
				},
				func(f compute.Function, in []compute.Value) []compute.Value { // reads in Go
					return []compute.Value{must(f.Neg(in[0])), must(f.ArgMinMax(in[0], 0, dtypes.Int32, false))}
				},
			} {
				exec, err := compileGraph(b, []shapes.Shape{shape}, g)
				if err != nil {
					t.Fatal(err)
				}
				defer exec.Finalize()
				execs = append(execs, exec)
			}
			flat, other := make([]float32, test.elements), make([]float32, test.elements)
			for i := range other {
				other[i] = 1 << 20
			}
			for run := range test.runs {
				u := bufferUser{backend: b, execs: execs, value: float32(run + 1), other: other}
				for i := range flat {
					flat[i] = u.value
				}
				flat[len(flat)-1]++
				u.buf = must(b.BufferFromFlatData(0, flat, shape))
				var wg sync.WaitGroup
				for g := range 2 {
					r := rand.New(rand.NewPCG(uint64(run), uint64(g)))
					wg.Go(func() {
						for range 3 {
							if err := u.act(r); err != nil {
								t.Error(err)
								return
							}
						}
					})
				}
				wg.Wait()
				if t.Failed() {
					return
				}
			}
		})
	}
}

// bufferUser is one of several users of a buffer of equal values and a last one that is larger by 1.
type bufferUser struct {
	backend *Backend
	execs   []compute.Executable
	buf     compute.Buffer
	value   float32
	other   []float32 // what is written elsewhere
}

// act executes on the buffer, donates it, reads it or finalizes it. That it is gone is no error; another content is one.
func (u bufferUser) act(r *rand.Rand) error {
	gone := func(err error) error {
		if err != nil && strings.Contains(err.Error(), "finalized or donated before") {
			return nil
		}
		return err
	}
	switch action := r.IntN(6); action {
	case 0, 1, 2:
		outs, err := u.execs[r.IntN(2)].Execute([]compute.Buffer{u.buf}, []bool{action == 0}, 0)
		if err != nil {
			return gone(err)
		}
		if err := u.check(must(outs[0].Data()).([]float32), -1); err != nil {
			return err
		}
		if len(outs) > 1 {
			if at := must(outs[1].Data()).([]int32)[0]; int(at) != len(u.other)-1 {
				return fmt.Errorf("the largest value is at %d, want %d", at, len(u.other)-1)
			}
		}
		for _, out := range outs {
			if err := out.Finalize(); err != nil {
				return err
			}
		}
	case 3:
		flat := make([]float32, len(u.other))
		if err := u.buf.ToFlatData(flat); err != nil {
			return gone(err)
		}
		return u.check(flat, 1)
	case 4:
		if err := u.buf.Finalize(); err != nil {
			return gone(err)
		}
	case 5:
		runtime.Gosched()
	}
	return must(u.backend.BufferFromFlatData(0, u.other, must(u.buf.Shape()))).Finalize()
}

func (u bufferUser) check(flat []float32, sign float32) error {
	last := len(flat) - 1
	for i, x := range flat {
		if i == last && x != sign*(u.value+1) || i < last && x != sign*u.value {
			return fmt.Errorf("element %d is %v, want %v", i, x, sign*u.value)
		}
	}
	return nil
}

// TestFinalizeWhileCompiling finalizes a backend that others compile for and execute on: they get what they asked for or
// an error, and nothing is left.
func TestFinalizeWhileCompiling(t *testing.T) {
	for _, config := range []string{"deterministic,threads=2", "fallback"} {
		for run := range 20 {
			b := open(t, config)
			var wg sync.WaitGroup
			shape := smallConvShapes(1)
			r := rand.New(rand.NewPCG(1, uint64(run)))
			flats := []any{randomFlat(r, shape[0]), randomFlat(r, shape[1]), randomFlat(r, shape[2])}
			begun := make(chan struct{})
			begin := sync.OnceFunc(func() { close(begun) })
			recorded := make([]compute.Builder, 20) // recording itself is not safe beside Finalize
			for i := range recorded {
				recorded[i] = recordGraph(b, shape, smallConvNet)
			}
			for part := range slices.Chunk(recorded, len(recorded)/2) {
				wg.Go(func() {
					defer begin()
					for i, bld := range part {
						exec, err := bld.Compile()
						if i == run%3 {
							begin()
						}
						if err == nil {
							_, err = runGraph(b, exec, shape, flats, i%2 == 0)
						}
						if err != nil {
							if !errors.Is(err, errFinalized) && !strings.Contains(err.Error(), "finalized") {
								t.Error(err)
							}
							return
						}
					}
				})
			}
			<-begun
			b.Finalize()
			wg.Wait()
			if b.lib != nil && b.lib.Live().Total() != 0 {
				t.Fatalf("native objects left: %v", b.lib.Live())
			}
		}
	}
}
