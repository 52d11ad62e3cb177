package dnnl_test

import (
	"bytes"
	"errors"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"unsafe"

	"github.com/vicinal-ml/vicinal/backend/onednn/internal/dnnl"
)

// envTestLibraries lists, separated by colons, the libraries that the tests run on.
const envTestLibraries = "ONEDNN_TEST_LIBRARIES"

// The tests' executions are tiny, and other programs may want the cores: OpenMP's threads shall not spin. It reads this
// when it is loaded.
func TestMain(m *testing.M) {
	os.Setenv("OMP_WAIT_POLICY", "passive")
	os.Exit(m.Run())
}

// libraryNames are the libraries to test: the environment's, or version 2 as the system installs it and version 3 as
// fetch-onednn3.sh leaves it.
func libraryNames() []string {
	if list := os.Getenv(envTestLibraries); list != "" {
		return strings.Split(list, ":")
	}
	return []string{"libdnnl.so.2", filepath.Join("..", "..", "..", "..", ".tools", "onednn3", "libdnnl.so.3")}
}

// rig is a library with an engine and a stream.
type rig struct {
	lib    *dnnl.Library
	engine *dnnl.Engine
	stream *dnnl.Stream
}

// each runs a test on each library, on a locked thread, and checks that it left no native object behind.
func each(t *testing.T, f func(t *testing.T, r *rig)) {
	t.Helper()
	for _, name := range libraryNames() {
		t.Run(filepath.Base(name), func(t *testing.T) {
			runtime.LockOSThread()
			defer runtime.UnlockOSThread()
			r := newRig(t, name)
			defer func() {
				r.stream.Destroy()
				r.engine.Destroy()
				if live := r.lib.Live(); live.Total() != 0 {
					t.Errorf("objects left behind: %v", live)
				}
			}()
			f(t, r)
		})
	}
}

// eachType runs a test on each library and in f32 and bf16, the latter where the CPU has it.
func eachType(t *testing.T, f func(t *testing.T, r *rig, dtype dnnl.DataType)) {
	t.Helper()
	for _, dtype := range []dnnl.DataType{dnnl.F32, dnnl.BF16} {
		t.Run(dtype.String(), func(t *testing.T) {
			each(t, func(t *testing.T, r *rig) {
				if dtype == dnnl.BF16 && !r.computesBF16(t) {
					t.Skipf("SKIP: oneDNN %v does not compute in bf16 on %s", r.lib.Version(), r.lib.Info().ISA)
				}
				f(t, r, dtype)
			})
		})
	}
}

// computesBF16 tells whether the library has a product of matrices in bf16 on this CPU. With AVX-512 it must.
func (r *rig) computesBF16(t *testing.T) bool {
	t.Helper()
	s := r.scope(t)
	defer s.end()
	m := s.plain([]int{16, 16}, dnnl.BF16, nil)
	pd, err := r.engine.Matmul(&dnnl.Matmul{Src: m, Weights: m, Dst: m}, nil)
	pd.Destroy()
	if !errors.Is(err, dnnl.Unimplemented) || strings.HasPrefix(r.lib.Info().ISA, "avx512_core") {
		s.check(err)
	}
	return err == nil
}

func newRig(t testing.TB, name string) *rig {
	t.Helper()
	lib, err := dnnl.Open(name)
	if err != nil {
		if os.Getenv(envTestLibraries) != "" {
			t.Fatalf("%s names a library that does not open: %v", envTestLibraries, err)
		}
		t.Skipf("SKIP: %v", err)
	}
	engine, err := lib.NewEngine()
	if err != nil {
		t.Fatal(err)
	}
	stream, err := engine.NewStream()
	if err != nil {
		t.Fatal(err)
	}
	return &rig{lib, engine, stream}
}

// tb is what testing.T and rapid.T share.
type tb interface {
	Helper()
	Fatalf(format string, args ...any)
	Errorf(format string, args ...any)
	Logf(format string, args ...any)
}

// scope makes native objects and destroys them all at its end.
type scope struct {
	*rig
	t    tb
	undo []func()
}

func (r *rig) scope(t tb) *scope { return &scope{rig: r, t: t} }

func (s *scope) end() {
	for i := len(s.undo) - 1; i >= 0; i-- {
		s.undo[i]()
	}
	s.undo = nil
}

func (s *scope) check(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatalf("%v", err)
	}
}

// plain describes a tensor by strides, nil for dense.
func (s *scope) plain(dims []int, dtype dnnl.DataType, strides []int) *dnnl.MemoryDesc {
	s.t.Helper()
	d, err := s.engine.NewMemoryDesc(dims, dtype, strides)
	s.check(err)
	s.undo = append(s.undo, d.Destroy)
	return d
}

func (s *scope) any(dims []int, dtype dnnl.DataType) *dnnl.MemoryDesc {
	s.t.Helper()
	d, err := s.engine.NewAnyDesc(dims, dtype)
	s.check(err)
	s.undo = append(s.undo, d.Destroy)
	return d
}

// memory makes a memory of the description over new bytes, all 0xff: NaN, where a primitive reads what it should not.
func (s *scope) memory(d *dnnl.MemoryDesc) *dnnl.Memory {
	s.t.Helper()
	m, _ := s.memoryBytes(d)
	return m
}

// guard is how many bytes before and after a memory are checked to stay as they are. They are 0xff too.
const guard = 4096

func (s *scope) memoryBytes(d *dnnl.MemoryDesc) (*dnnl.Memory, []byte) {
	s.t.Helper()
	size := d.Size()
	backing := make([]byte, size+64+2*guard)
	for i := range backing {
		backing[i] = 0xff
	}
	start := guard + 64 - int(uintptr(unsafe.Pointer(&backing[0]))%64)
	data := backing[start : start+size : start+size]
	m, err := s.engine.NewMemory(d, unsafe.Pointer(&backing[start]))
	s.check(err)
	s.undo = append(s.undo, func() {
		m.Destroy()
		for _, g := range [][]byte{backing[:start], backing[start+size:]} {
			if len(bytes.TrimLeft(g, "\xff")) > 0 {
				s.t.Errorf("a primitive wrote outside of the memory %v", d)
			}
		}
	})
	return m, data
}

// over makes a memory over a slice of f32.
func (s *scope) over(d *dnnl.MemoryDesc, data []float32) *dnnl.Memory {
	s.t.Helper()
	if len(data) == 0 {
		data = make([]float32, 1)
	}
	m, err := s.engine.NewMemory(d, unsafe.Pointer(&data[0]))
	s.check(err)
	s.undo = append(s.undo, func() {
		m.Destroy()
		runtime.KeepAlive(data)
	})
	return m
}

// pd takes the result of an Engine method.
func (s *scope) pd(pd *dnnl.PrimitiveDesc, err error) *dnnl.PrimitiveDesc {
	s.t.Helper()
	s.check(err)
	s.undo = append(s.undo, pd.Destroy)
	return pd
}

// run compiles and runs a primitive once; it adds the scratchpad.
func (s *scope) run(pd *dnnl.PrimitiveDesc, args dnnl.Args) {
	s.t.Helper()
	p, err := pd.NewPrimitive()
	s.check(err)
	s.undo = append(s.undo, p.Destroy)
	if p.ScratchpadSize() > 0 {
		args[dnnl.ArgScratchpad] = s.memory(p.Desc(dnnl.ArgScratchpad))
	}
	x, err := p.Bind(args)
	s.check(err)
	s.undo = append(s.undo, x.Destroy)
	s.check(x.Run(s.stream))
	s.check(s.stream.Wait())
}

// dense is a tensor of f32 in row-major order.
type dense struct {
	dims []int
	data []float32
}

func newDense(dims ...int) *dense { return &dense{dims, make([]float32, product(dims))} }

func newRand(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 1)) }

func random(rng *rand.Rand, dims ...int) *dense {
	d := newDense(dims...)
	for i := range d.data {
		d.data[i] = float32(rng.NormFloat64())
	}
	return d
}

func product(v []int) int {
	n := 1
	for _, x := range v {
		n *= x
	}
	return n
}

// put makes a memory of the description that holds a tensor, converted by the library.
func (s *scope) put(d *dnnl.MemoryDesc, x *dense) *dnnl.Memory {
	s.t.Helper()
	from := s.plain(x.dims, dnnl.F32, nil)
	m := s.memory(d)
	s.run(s.pd(s.engine.Reorder(from, d, nil)), dnnl.Args{dnnl.ArgSrc: s.over(from, x.data), dnnl.ArgDst: m})
	return m
}

// get reads a memory as a tensor of f32, converted by the library.
func (s *scope) get(m *dnnl.Memory) *dense {
	s.t.Helper()
	x := newDense(m.Desc().Dims()...)
	to := s.plain(x.dims, dnnl.F32, nil)
	s.run(s.pd(s.engine.Reorder(m.Desc(), to, nil)), dnnl.Args{dnnl.ArgSrc: m, dnnl.ArgDst: s.over(to, x.data)})
	return x
}

// apply runs a primitive on tensors in whatever layouts it wants and returns the tensors asked for.
func (s *scope) apply(pd *dnnl.PrimitiveDesc, in map[dnnl.Arg]*dense, out ...dnnl.Arg) map[dnnl.Arg]*dense {
	s.t.Helper()
	args := dnnl.Args{}
	for arg, x := range in {
		d := pd.Desc(arg)
		if d == nil {
			s.t.Fatalf("%v takes no %v", pd, arg)
		}
		args[arg] = s.put(d, x)
	}
	for _, arg := range out {
		if args[arg] == nil {
			args[arg] = s.memory(pd.Desc(arg))
		}
	}
	s.run(pd, args)
	results := map[dnnl.Arg]*dense{}
	for _, arg := range out {
		results[arg] = s.get(args[arg])
	}
	return results
}

// near checks |got − want| ≤ atol + rtol·|want| for all elements. NaN is near nothing.
func near(t tb, what string, got, want []float32, rtol, atol float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: %d elements, wanted %d", what, len(got), len(want))
	}
	for i := range got {
		d := math.Abs(float64(got[i]) - float64(want[i]))
		if !(d <= atol+rtol*math.Abs(float64(want[i]))) {
			t.Fatalf("%s: element %d is %g, wanted %g", what, i, got[i], want[i])
		}
	}
}

// index walks over all indices of a shape in row-major order.
func index(dims []int, f func(i int, at []int)) {
	at := make([]int, len(dims))
	for i := range product(dims) {
		f(i, at)
		for d := len(dims) - 1; d >= 0; d-- {
			if at[d]++; at[d] < dims[d] {
				break
			}
			at[d] = 0
		}
	}
}

// offset is the position of an index in row-major order.
func offset(dims, at []int) int {
	o := 0
	for d, n := range dims {
		o = o*n + at[d]
	}
	return o
}
