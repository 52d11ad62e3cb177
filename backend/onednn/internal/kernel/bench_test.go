package kernel

import (
	"fmt"
	"math"
	"testing"
	"time"
	"unsafe"
)

// race runs f, moving bytes bytes (read and written), in turn with a copy of as many bytes by the same team and, if
// there is one, with a plain Go loop on one goroutine, and reports the best time of each: other programs on the
// machine make all others.
func race(b *testing.B, team *Team, bytes int, f, loop func()) {
	b.Helper()
	n := bytes / 2
	from, to := aligned(n), aligned(n)
	c, err := NewCopy(1, []int{n}, []int{1}, []int{1})
	if err != nil {
		b.Fatal(err)
	}
	const never = time.Hour
	mine, copying, plain := never, never, never
	timed := func(best *time.Duration, f func()) {
		t := time.Now()
		f()
		*best = min(*best, time.Since(t))
	}
	for b.Loop() {
		timed(&copying, func() { c.Run(team, to, from) })
		timed(&mine, f)
		timed(&mine, f)
		if loop != nil {
			timed(&plain, loop)
		}
	}
	rate := func(d time.Duration) float64 { return float64(bytes) / float64(d.Nanoseconds()) }
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(float64(mine.Nanoseconds())/1e3, "µs")
	b.ReportMetric(rate(mine), "GB/s")
	b.ReportMetric(rate(mine)/rate(copying), "of-copy")
	if loop != nil {
		b.ReportMetric(float64(plain)/float64(mine), "times-Go-loop")
	}
}

// benchTeams runs f with every instruction set on one worker and the best one on all.
func benchTeams(b *testing.B, f func(b *testing.B, team *Team)) {
	run := func(isa ISA, workers int) {
		b.Run(fmt.Sprintf("%s/%d", isa, workers), func(b *testing.B) {
			team := NewTeam(Config{Workers: workers, ISA: &isa})
			defer team.Close()
			f(b, team)
		})
	}
	for _, isa := range Supported() {
		run(isa, 1)
	}
	run(Best(), 2)
}

func benchMem(n int) []float32 {
	x := unsafe.Slice((*float32)(aligned(4*n)), n)
	fillBench(x)
	return x
}

// fillBench fills x with numbers from 0 to 2.
func fillBench(x []float32) {
	state := uint32(1)
	for i := range x {
		state = state*1664525 + 1013904223
		x[i] = float32(state>>8) / (1 << 23)
	}
}

func ptrs(xs ...[]float32) []unsafe.Pointer {
	p := make([]unsafe.Pointer, len(xs))
	for i, x := range xs {
		p[i] = unsafe.Pointer(&x[0])
	}
	return p
}

func mustCompile(b testing.TB, bu *Builder, dims []int, in []Access, axes []int) *Program {
	p, err := bu.Compile(dims, in, axes)
	if err != nil {
		b.Fatal(err)
	}
	return p
}

// The activations of a ResNet-18's first stage at batch 16: small enough that a run often escapes other programs.
var benchShape = []int{16, 32, 32, 64}

func BenchmarkProgram(b *testing.B) {
	n := volume(benchShape)
	x, y, z, w := benchMem(n), benchMem(n), benchMem(n), benchMem(n)
	ch := [][]float32{benchMem(64), benchMem(64), {0.1}, {0.9}}
	vec := Broadcast([]int{1, 1, 1, 64}, benchShape)
	one := Scalar(4)
	for _, c := range []struct {
		name string
		make func(bu *Builder)
		in   []Access
		out  [][]float32
		args [][]float32
		move int // full tensors read and written
		loop func()
	}{
		{name: "relu", make: func(bu *Builder) { bu.Output(F32, bu.Unary(Relu, bu.Input(F32))) },
			in: []Access{nil}, out: [][]float32{y}, args: [][]float32{x}, move: 2,
			loop: func() {
				for i, v := range x {
					y[i] = max(v, 0)
				}
			}},
		{name: "add-relu", make: func(bu *Builder) {
			bu.Output(F32, bu.Unary(Relu, bu.Binary(Add, bu.Input(F32), bu.Input(F32))))
		}, in: []Access{nil, nil}, out: [][]float32{z}, args: [][]float32{x, y}, move: 3,
			loop: func() {
				for i, v := range x {
					z[i] = max(v+y[i], 0)
				}
			}},
		{name: "relugrad-inplace", make: func(bu *Builder) {
			bu.Output(F32, bu.Binary(ReluGrad, bu.Input(F32), bu.Input(F32)))
		}, in: []Access{nil, nil}, out: [][]float32{z}, args: [][]float32{x, z}, move: 3},
		{name: "scale-shift-relu", make: func(bu *Builder) {
			v, s, t := bu.Input(F32), bu.Input(F32), bu.Input(F32)
			bu.Output(F32, bu.Unary(Relu, bu.Binary(Add, bu.Binary(Mul, v, s), t)))
		}, in: []Access{nil, vec, vec}, out: [][]float32{y}, args: [][]float32{x, ch[0], ch[1]}, move: 2,
			loop: func() {
				for i, v := range x {
					y[i] = max(v*ch[0][i&63]+ch[1][i&63], 0)
				}
			}},
		{name: "sgd-momentum", make: func(bu *Builder) {
			w, v, g, lr, mu := bu.Input(F32), bu.Input(F32), bu.Input(F32), bu.Input(F32), bu.Input(F32)
			g = bu.Binary(Add, g, bu.Binary(Mul, w, bu.Const(5e-4)))
			v = bu.Binary(Add, bu.Binary(Mul, v, mu), g)
			bu.Output(F32, v)
			bu.Output(F32, bu.Binary(Sub, w, bu.Binary(Mul, v, lr)))
		}, in: []Access{nil, nil, nil, one, one}, out: [][]float32{y, x}, args: [][]float32{x, y, z, ch[2], ch[3]}, move: 5,
			loop: func() {
				for i := range x {
					v := 0.9*y[i] + z[i] + 5e-4*x[i]
					y[i] = v
					x[i] -= 0.1 * v
				}
			}},
		{name: "adam", make: func(bu *Builder) {
			w, m, v, g, lr := bu.Input(F32), bu.Input(F32), bu.Input(F32), bu.Input(F32), bu.Input(F32)
			m = bu.Binary(Add, bu.Binary(Mul, m, bu.Const(0.9)), bu.Binary(Mul, g, bu.Const(0.1)))
			v = bu.Binary(Add, bu.Binary(Mul, v, bu.Const(0.999)), bu.Binary(Mul, bu.Binary(Mul, g, g), bu.Const(0.001)))
			bu.Output(F32, m)
			bu.Output(F32, v)
			d := bu.Binary(Add, bu.Unary(Sqrt, v), bu.Const(1e-8))
			bu.Output(F32, bu.Binary(Sub, w, bu.Binary(Mul, lr, bu.Binary(Div, m, d))))
		}, in: []Access{nil, nil, nil, nil, one}, out: [][]float32{y, w, x}, args: [][]float32{x, y, w, z, ch[2]}, move: 7,
			loop: func() {
				for i := range x {
					m := 0.9*y[i] + 0.1*z[i]
					v := 0.999*w[i] + 0.001*z[i]*z[i]
					y[i], w[i] = m, v
					x[i] -= 0.1 * m / (float32(math.Sqrt(float64(v))) + 1e-8)
				}
			}},
		{name: "exp", make: func(bu *Builder) { bu.Output(F32, bu.Unary(Exp, bu.Input(F32))) },
			in: []Access{nil}, out: [][]float32{y}, args: [][]float32{x}, move: 2,
			loop: func() {
				for i, v := range x {
					y[i] = float32(math.Exp(float64(v)))
				}
			}},
		{name: "log", make: func(bu *Builder) { bu.Output(F32, bu.Unary(Log, bu.Unary(Abs, bu.Input(F32)))) },
			in: []Access{nil}, out: [][]float32{y}, args: [][]float32{x}, move: 2},
		{name: "tanh", make: func(bu *Builder) { bu.Output(F32, bu.Unary(Tanh, bu.Input(F32))) },
			in: []Access{nil}, out: [][]float32{y}, args: [][]float32{x}, move: 2},
		{name: "logistic", make: func(bu *Builder) { bu.Output(F32, bu.Unary(Logistic, bu.Input(F32))) },
			in: []Access{nil}, out: [][]float32{y}, args: [][]float32{x}, move: 2},
		{name: "gelu-erf", make: func(bu *Builder) {
			v := bu.Input(F32)
			e := bu.Unary(Erf, bu.Binary(Mul, v, bu.Const(math.Sqrt2/2)))
			bu.Output(F32, bu.Binary(Mul, bu.Binary(Mul, v, bu.Const(0.5)), bu.Binary(Add, e, bu.Const(1))))
		}, in: []Access{nil}, out: [][]float32{y}, args: [][]float32{x}, move: 2},
		{name: "subtract-row", make: func(bu *Builder) {
			bu.Output(F32, bu.Binary(Sub, bu.Input(F32), bu.Input(F32)))
		}, in: []Access{nil, Broadcast([]int{16, 32, 32, 1}, benchShape)}, out: [][]float32{y}, args: [][]float32{x, z}, move: 2},
		{name: "pool-gradient", make: func(bu *Builder) {
			bu.Output(F32, bu.Binary(Mul, bu.Input(F32), bu.Const(1.0/1024)))
		}, in: []Access{Broadcast([]int{16, 1, 1, 64}, benchShape)}, out: [][]float32{y}, args: [][]float32{z}, move: 1},
	} {
		b.Run(c.name, func(b *testing.B) {
			benchTeams(b, func(b *testing.B, team *Team) {
				// In-place cases wander; denormal numbers and infinities are another speed.
				for _, t := range [][]float32{x, y, z, w} {
					fillBench(t)
				}
				bu := NewBuilder()
				c.make(bu)
				p := mustCompile(b, bu, benchShape, c.in, nil)
				out, in := ptrs(c.out...), ptrs(c.args...)
				race(b, team, c.move*4*n, func() { p.Run(team, out, in) }, c.loop)
			})
		})
	}
}

// BenchmarkBF16 converts in both directions.
func BenchmarkBF16(b *testing.B) {
	n := volume(benchShape)
	x, y := benchMem(n), benchMem(n)
	benchTeams(b, func(b *testing.B, team *Team) {
		bu := NewBuilder()
		bu.Output(BF16, bu.Input(F32))
		p := mustCompile(b, bu, benchShape, []Access{nil}, nil)
		b.Run("round", func(b *testing.B) {
			out, in := ptrs(y), ptrs(x)
			race(b, team, 6*n, func() { p.Run(team, out, in) }, nil)
		})
		bu = NewBuilder()
		bu.Output(F32, bu.Input(BF16))
		q := mustCompile(b, bu, benchShape, []Access{nil}, nil)
		b.Run("widen", func(b *testing.B) {
			out, in := ptrs(y), ptrs(x)
			race(b, team, 6*n, func() { q.Run(team, out, in) }, nil)
		})
	})
}

func BenchmarkReduce(b *testing.B) {
	n := volume(benchShape)
	x, y := benchMem(n), benchMem(n)
	out := benchMem(n)
	for _, c := range []struct {
		name       string
		dims, axes []int
	}{
		{"all", benchShape, []int{0, 1, 2, 3}},
		{"nhwc-channels", benchShape, []int{0, 1, 2}},
		{"nchw-channels", []int{16, 64, 32, 32}, []int{0, 2, 3}},
		{"spatial", benchShape, []int{1, 2}},
		{"last-64", benchShape, []int{3}},
		{"last-10", []int{n / 10, 10}, []int{1}},
		{"first-of-2", []int{2, n / 2}, []int{0}},
		{"channels-10", []int{n / 10, 10}, []int{0}},
	} {
		b.Run(c.name, func(b *testing.B) {
			benchTeams(b, func(b *testing.B, team *Team) {
				bu := NewBuilder()
				bu.Reduce(F32, ReduceSum, bu.Input(F32), 1)
				p := mustCompile(b, bu, c.dims, []Access{nil}, c.axes)
				o, in := ptrs(out), ptrs(x)
				race(b, team, 4*volume(c.dims), func() { p.Run(team, o, in) }, func() {
					var s float32
					for _, v := range x {
						s += v
					}
					out[0] = s
				})
			})
		})
	}
	b.Run("bn-backward", func(b *testing.B) {
		benchTeams(b, func(b *testing.B, team *Team) {
			bu := NewBuilder()
			v, d := bu.Input(F32), bu.Input(F32)
			bu.Reduce(F32, ReduceSum, d, 1)
			bu.Reduce(F32, ReduceSum, bu.Binary(Mul, v, d), 1)
			p := mustCompile(b, bu, benchShape, []Access{nil, nil}, []int{0, 1, 2})
			o, in := ptrs(out, out[64:]), ptrs(x, y)
			race(b, team, 8*n, func() { p.Run(team, o, in) }, nil)
		})
	})
}

func BenchmarkCopy(b *testing.B) {
	n := volume(benchShape)
	x, y := benchMem(n), benchMem(n)
	for _, c := range []struct {
		name string
		make func() (*Copy, error)
	}{
		{"nhwc-nchw", func() (*Copy, error) { return NewTranspose(4, []int{16, 1024, 64}, []int{0, 2, 1}) }},
		{"nchw-nhwc", func() (*Copy, error) { return NewTranspose(4, []int{16, 64, 1024}, []int{0, 2, 1}) }},
		{"matrix-1024x1024", func() (*Copy, error) { return NewTranspose(4, []int{1024, 1024}, []int{1, 0}) }},
		{"matrix-bf16", func() (*Copy, error) { return NewTranspose(2, []int{1024, 1024}, []int{1, 0}) }},
		{"swap-middle", func() (*Copy, error) { return NewTranspose(4, []int{16, 32, 32, 64}, []int{0, 2, 1, 3}) }},
		{"slice-half-channels", func() (*Copy, error) {
			return NewCopy(4, []int{16384, 32}, []int{32, 1}, []int{64, 1})
		}},
	} {
		b.Run(c.name, func(b *testing.B) {
			benchTeams(b, func(b *testing.B, team *Team) {
				p, err := c.make()
				if err != nil {
					b.Fatal(err)
				}
				race(b, team, 2*p.n*p.size, func() { p.Run(team, unsafe.Pointer(&y[0]), unsafe.Pointer(&x[0])) }, nil)
			})
		})
	}
}

func BenchmarkSoftmax(b *testing.B) {
	for _, width := range []int{10, 1000} {
		rows := 1 << 20 / width
		x, y := benchMem(rows*width), benchMem(rows*width)
		b.Run(fmt.Sprint(width), func(b *testing.B) {
			benchTeams(b, func(b *testing.B, team *Team) {
				s := NewSoftmax(SoftmaxForward, rows, width)
				race(b, team, 8*rows*width, func() { s.Run(team, unsafe.Pointer(&y[0]), unsafe.Pointer(&x[0]), nil) }, nil)
			})
		})
	}
}

// BenchmarkThreshold adds small tensors with one worker and with two, best of many, workers awake and asleep: where
// the lines cross is parallelWork/4.
func BenchmarkThreshold(b *testing.B) {
	for _, n := range []int{16, 1 << 12, 1 << 14, 1 << 15, 1 << 16, 1 << 17, 1 << 18} {
		x, y := benchMem(n), benchMem(n)
		for _, c := range []struct {
			workers int
			idle    time.Duration
		}{{1, 0}, {2, 0}, {2, 200 * time.Microsecond}} {
			b.Run(fmt.Sprintf("%d/%d/%s", n, c.workers, c.idle), func(b *testing.B) {
				team := NewTeam(Config{Workers: c.workers})
				defer team.Close()
				bu := NewBuilder()
				bu.Output(F32, bu.Binary(Add, bu.Input(F32), bu.Input(F32)))
				p := mustCompile(b, bu, []int{n}, []Access{nil, nil}, nil)
				r := newRun(p, team)
				r.workers = append(r.workers, newRun(p, team).workers...)
				for i := range r.workers {
					r.workers[i].r = r
				}
				copy(r.out, ptrs(y))
				copy(r.in, ptrs(x, y))
				r.parts = c.workers * partsPerWorker
				best := time.Hour
				for b.Loop() {
					for t := time.Now(); time.Since(t) < c.idle; {
					}
					t := time.Now()
					team.Do(r, r.parts)
					best = min(best, time.Since(t))
				}
				b.ReportMetric(0, "ns/op")
				b.ReportMetric(float64(best.Nanoseconds())/1e3, "µs")
			})
		}
	}
}
