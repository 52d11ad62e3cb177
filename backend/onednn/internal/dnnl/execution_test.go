package dnnl_test

import (
	"runtime"
	"strings"
	"sync"
	"testing"
	"unsafe"

	"github.com/vicinal-ml/vicinal/backend/onednn/internal/dnnl"
)

// relu is a primitive on n elements with a memory that is its source and destination.
func (s *scope) relu(n int) (*dnnl.Primitive, *dnnl.Memory) {
	s.t.Helper()
	d := s.plain([]int{n}, dnnl.F32, nil)
	pd := s.pd(s.engine.EltwiseForward(&dnnl.Eltwise{Kind: dnnl.ReLU, Data: d}, dnnl.Inference, nil))
	p, err := pd.NewPrimitive()
	s.check(err)
	s.undo = append(s.undo, p.Destroy)
	return p, s.put(d, random(newRand(1), n))
}

func TestRunAllocatesNothing(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		s := r.scope(t)
		defer s.end()
		p, m := s.relu(16)
		x, err := p.Bind(dnnl.Args{dnnl.ArgSrc: m, dnnl.ArgDst: m})
		s.check(err)
		defer x.Destroy()
		if n := testing.AllocsPerRun(100, func() { err = x.Run(r.stream) }); n != 0 || err != nil {
			t.Errorf("%g allocations and error %v, wanted none", n, err)
		}
	})
}

func TestSetData(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		s := r.scope(t)
		defer s.end()
		p, m := s.relu(3)
		x, err := p.Bind(dnnl.Args{dnnl.ArgSrc: m, dnnl.ArgDst: m})
		s.check(err)
		defer x.Destroy()
		for _, data := range [][]float32{{1, -2, 3}, {-4, 5, -6}} {
			s.check(m.SetData(unsafe.Pointer(&data[0])))
			s.check(x.Run(r.stream))
			for i, v := range data {
				if v < 0 {
					t.Errorf("element %d is %g after ReLU", i, v)
				}
			}
		}
	})
}

func TestBindRefuses(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		s := r.scope(t)
		defer s.end()
		p, m := s.relu(3)
		other := s.memory(s.plain([]int{4}, dnnl.F32, nil))
		for name, args := range map[string]dnnl.Args{
			"nil memory":        {dnnl.ArgSrc: m, dnnl.ArgDst: nil},
			"another dimension": {dnnl.ArgSrc: m, dnnl.ArgDst: other},
		} {
			x, err := p.Bind(args)
			x.Destroy()
			wantStatus(t, name, err, dnnl.InvalidArguments)
			if err != nil && !strings.Contains(err.Error(), "dst") {
				t.Errorf("%s: %q does not name the argument", name, err)
			}
		}
		x, err := p.Bind(dnnl.Args{dnnl.ArgSrc: m}) // the library itself says that an argument is missing
		s.check(err)
		defer x.Destroy()
		wantStatus(t, "no destination", x.Run(r.stream), dnnl.InvalidArguments)

		c := primitiveWithScratchpad(s)
		if c == nil {
			return
		}
		x, err = c.Bind(dnnl.Args{})
		x.Destroy()
		wantStatus(t, "no scratchpad", err, dnnl.InvalidArguments)
	})
}

// primitiveWithScratchpad is some primitive with a scratchpad, nil if this library has none among those tried.
func primitiveWithScratchpad(s *scope) *dnnl.Primitive {
	s.t.Helper()
	d := s.dataDesc([]int{4, 20, 5, 5}, dnnl.F32, 2)
	for _, pd := range []*dnnl.PrimitiveDesc{
		s.pd(s.engine.BatchNormForward(&dnnl.BatchNorm{Data: d, Epsilon: 1}, dnnl.Training, nil)),
		s.pd(s.engine.Matmul(&dnnl.Matmul{
			Src: s.plain([]int{1, 1}, dnnl.F32, nil), Weights: s.plain([]int{1, 2}, dnnl.F32, nil), Dst: s.plain([]int{1, 2}, dnnl.F32, nil),
		}, nil)),
	} {
		if pd.ScratchpadSize() > 0 {
			p, err := pd.NewPrimitive()
			s.check(err)
			s.undo = append(s.undo, p.Destroy)
			return p
		}
	}
	return nil
}

// A primitive may be executed on another thread than made it, and outlive its descriptor; several executions of one
// primitive may run at once on several threads.
func TestRunOnOtherThreads(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		s := r.scope(t)
		defer s.end()
		c := (&conv{
			groups: 1, n: 2, in: 20, out: 18, size: []int{9, 9}, kernel: []int{3, 3}, strides: []int{1, 1},
			dilations: []int{1, 1}, low: []int{1, 1}, high: []int{1, 1},
		}).finish()
		pd, err := r.engine.ConvolutionForward(c.spec(s, dnnl.F32, dnnl.ConvAuto, anyLayout, anyLayout, anyLayout), dnnl.Training, nil)
		s.check(err)
		p, err := pd.NewPrimitive()
		s.check(err)
		defer p.Destroy()
		pd.Destroy()
		rng := newRand(1)
		src, weights := random(rng, c.srcDims...), random(rng, c.weightsDims...)
		x, w := s.put(p.Desc(dnnl.ArgSrc), src), s.put(p.Desc(dnnl.ArgWeights), weights)
		const n = 4
		results, errs := make([]*dnnl.Memory, n), make([]error, n)
		var wait sync.WaitGroup
		for i := range n {
			args := dnnl.Args{dnnl.ArgSrc: x, dnnl.ArgWeights: w, dnnl.ArgDst: s.memory(p.Desc(dnnl.ArgDst))}
			if p.ScratchpadSize() > 0 {
				args[dnnl.ArgScratchpad] = s.memory(p.Desc(dnnl.ArgScratchpad))
			}
			results[i] = args[dnnl.ArgDst]
			run, err := p.Bind(args)
			s.check(err)
			defer run.Destroy()
			wait.Go(func() {
				runtime.LockOSThread() // not unlocked: the thread and its team end with the goroutine
				r.lib.SetThreads(2)
				stream, err := r.engine.NewStream()
				if err != nil {
					errs[i] = err
					return
				}
				defer stream.Destroy()
				for range 20 {
					if errs[i] = run.Run(stream); errs[i] != nil {
						return
					}
				}
			})
		}
		wait.Wait()
		want := newSums(product(c.dstDims))
		c.each(func(i, w, o int) { want.add(o, float64(src.data[i])*float64(weights.data[w])) })
		for i := range n {
			s.check(errs[i])
			// Winograd, if it was chosen, rounds more.
			rms, largest := relativeError(s.get(results[i]).data, want.value)
			if !(rms <= winogradRMS) || !(largest <= winogradMax) {
				t.Errorf("thread %d: error of rms %g and at most %g", i, rms, largest)
			}
		}
	})
}

// Tensors without elements are computed without touching memory.
func TestZeroSize(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		s := r.scope(t)
		defer s.end()
		c := (&conv{
			groups: 1, n: 0, in: 4, out: 5, size: []int{6, 6}, kernel: []int{3, 3}, strides: []int{1, 1},
			dilations: []int{1, 1}, low: []int{1, 1}, high: []int{1, 1},
		}).finish()
		spec := c.spec(s, dnnl.F32, dnnl.ConvDirect, rowMajor, anyLayout, rowMajor)
		pd := s.pd(r.engine.ConvolutionForward(spec, dnnl.Training, nil))
		s.run(pd, dnnl.Args{
			dnnl.ArgSrc: s.memory(pd.Desc(dnnl.ArgSrc)), dnnl.ArgWeights: s.memory(pd.Desc(dnnl.ArgWeights)),
			dnnl.ArgDst: s.memory(pd.Desc(dnnl.ArgDst)),
		})
		d := s.plain([]int{0, 3}, dnnl.F32, nil)
		relu := s.pd(r.engine.EltwiseForward(&dnnl.Eltwise{Kind: dnnl.ReLU, Data: d}, dnnl.Inference, nil))
		s.run(relu, dnnl.Args{dnnl.ArgSrc: s.memory(d), dnnl.ArgDst: s.memory(d)})
	})
}

// Results in a padded layout have zeros in the padding, whatever was there.
func TestPaddingIsWritten(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		s := r.scope(t)
		defer s.end()
		dims := []int{2, 5, 3, 4}
		d := s.dataDesc(dims, dnnl.F32, 2)
		l := d.Layout()
		if len(l.Blocks) == 0 {
			t.Skipf("SKIP: %v is not blocked on this CPU", d)
		}
		positive := random(newRand(1), dims...)
		for i, v := range positive.data {
			positive.data[i] = 1 + v*v
		}
		x := s.put(d, positive)
		check := func(what string, pd *dnnl.PrimitiveDesc, result dnnl.Arg, args dnnl.Args) {
			t.Helper()
			m, data := s.memoryBytes(d)
			args[result] = m
			s.run(pd, args)
			inside := map[int]bool{}
			index(dims, func(_ int, at []int) { inside[position(l, at)] = true })
			for p := range len(data) / 4 {
				if v := *(*float32)(unsafe.Pointer(&data[4*p])); !inside[p] && v != 0 {
					t.Fatalf("%s by %s: padding at %d is %g", what, pd.Implementation(), p, v)
				}
			}
		}
		for kind := dnnl.ReLU; kind <= dnnl.Abs; kind++ {
			pd := s.pd(r.engine.EltwiseForward(&dnnl.Eltwise{Kind: kind, Data: d, Alpha: 0.5}, dnnl.Training, nil))
			check(kind.String(), pd, dnnl.ArgDst, dnnl.Args{dnnl.ArgSrc: x})
		}
		exp := s.pd(r.engine.EltwiseForward(&dnnl.Eltwise{Kind: dnnl.Exp, Data: d}, dnnl.Training, nil))
		check("exp", exp, dnnl.ArgDst, dnnl.Args{dnnl.ArgSrc: x})
		for _, kind := range []dnnl.BinaryKind{dnnl.BinaryAdd, dnnl.BinaryDiv, dnnl.BinaryEQ} {
			pd := s.pd(r.engine.Binary(&dnnl.Binary{Kind: kind, Src0: d, Src1: d, Dst: d}, nil))
			check(kind.String(), pd, dnnl.ArgDst, dnnl.Args{dnnl.ArgSrc: x, dnnl.ArgSrc1: x})
		}
		sum := s.pd(r.engine.Sum(d, []float32{1, 2}, []*dnnl.MemoryDesc{d, d}, nil))
		check("sum", sum, dnnl.ArgDst, dnnl.Args{dnnl.ArgSrcOf(0): x, dnnl.ArgSrcOf(1): x})
		pool := s.pd(r.engine.PoolingForward(&dnnl.Pooling{
			Kind: dnnl.PoolAvg, Src: d, Dst: d, Kernel: []int{1, 1},
		}, dnnl.Training, nil))
		check("pooling", pool, dnnl.ArgDst, dnnl.Args{dnnl.ArgSrc: x})
		spec := &dnnl.BatchNorm{Data: d, Epsilon: 1e-5, Scale: true, Shift: true}
		forward := s.pd(r.engine.BatchNormForward(spec, dnnl.Training, nil))
		vector := func(arg dnnl.Arg) *dnnl.Memory { return s.put(forward.Desc(arg), random(newRand(2), 5)) }
		args := dnnl.Args{
			dnnl.ArgSrc: x, dnnl.ArgScale: vector(dnnl.ArgScale), dnnl.ArgShift: vector(dnnl.ArgShift),
			dnnl.ArgMean: vector(dnnl.ArgMean), dnnl.ArgVariance: vector(dnnl.ArgVariance),
		}
		check("batch normalisation", forward, dnnl.ArgDst, args)
		delete(args, dnnl.ArgDst)
		delete(args, dnnl.ArgScratchpad)
		args[dnnl.ArgDiffDst] = x
		args[dnnl.ArgDiffScale], args[dnnl.ArgDiffShift] = vector(dnnl.ArgScale), vector(dnnl.ArgShift)
		check("its gradient", s.pd(r.engine.BatchNormBackward(spec, forward, nil)), dnnl.ArgDiffSrc, args)
	})
}

// Everything may be destroyed twice, and nil too.
func TestDestroyTwice(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		d, err := r.engine.NewMemoryDesc([]int{4}, dnnl.F32, nil)
		if err != nil {
			t.Fatal(err)
		}
		pd, err := r.engine.EltwiseForward(&dnnl.Eltwise{Kind: dnnl.ReLU, Data: d}, dnnl.Inference, nil)
		if err != nil {
			t.Fatal(err)
		}
		p, err := pd.NewPrimitive()
		if err != nil {
			t.Fatal(err)
		}
		m, err := r.engine.NewMemory(d, nil)
		if err != nil {
			t.Fatal(err)
		}
		x, err := p.Bind(dnnl.Args{dnnl.ArgSrc: m, dnnl.ArgDst: m})
		if err != nil {
			t.Fatal(err)
		}
		if live, want := r.lib.Live(), (dnnl.Live{1, 1, 1, 1, 1, 1, 1}); live != want {
			t.Errorf("live: %v, wanted %v", live, want)
		}
		p.Desc(dnnl.ArgSrc).Destroy() // a query's: nothing
		for range 2 {
			x.Destroy()
			m.Destroy()
			p.Destroy()
			pd.Destroy()
			d.Destroy()
		}
		(*dnnl.Execution)(nil).Destroy()
		(*dnnl.Memory)(nil).Destroy()
		(*dnnl.Primitive)(nil).Destroy()
		(*dnnl.PrimitiveDesc)(nil).Destroy()
		(*dnnl.MemoryDesc)(nil).Destroy()
		(*dnnl.Stream)(nil).Destroy()
		(*dnnl.Engine)(nil).Destroy()
	})
}
