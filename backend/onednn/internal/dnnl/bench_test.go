package dnnl_test

import (
	"path/filepath"
	"runtime"
	"testing"

	"github.com/vicinal-ml/vicinal/backend/onednn/internal/dnnl"
)

// BenchmarkRun is the overhead of an execution: sixteen elements, one thread.
func BenchmarkRun(b *testing.B) {
	for _, name := range libraryNames() {
		b.Run(filepath.Base(name), func(b *testing.B) {
			runtime.LockOSThread()
			defer runtime.UnlockOSThread()
			r := newRig(b, name)
			defer r.stream.Destroy()
			threads := r.lib.Threads()
			r.lib.SetThreads(1)
			defer r.lib.SetThreads(threads)
			s := r.scope(b)
			defer s.end()
			d := s.plain([]int{16}, dnnl.F32, nil)
			pd := s.pd(r.engine.EltwiseForward(&dnnl.Eltwise{Kind: dnnl.ReLU, Data: d}, dnnl.Inference, nil))
			p, err := pd.NewPrimitive()
			s.check(err)
			s.undo = append(s.undo, p.Destroy)
			m := s.put(d, newDense(16))
			x, err := p.Bind(dnnl.Args{dnnl.ArgSrc: m, dnnl.ArgDst: m})
			s.check(err)
			s.undo = append(s.undo, x.Destroy)
			b.ReportAllocs()
			for b.Loop() {
				if err := x.Run(r.stream); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
