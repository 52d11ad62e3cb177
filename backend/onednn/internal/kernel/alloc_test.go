package kernel

import (
	"testing"
	"unsafe"
)

// TestRunsAllocateNothing runs one of each kind on two workers, large enough to be shared.
func TestRunsAllocateNothing(t *testing.T) {
	team := NewTeam(Config{Workers: 2})
	defer team.Close()
	dims := []int{16, 64, 96}
	n := volume(dims)
	x, y, z := benchMem(n), benchMem(n), benchMem(n)
	px, py, pz := unsafe.Pointer(&x[0]), unsafe.Pointer(&y[0]), unsafe.Pointer(&z[0])
	index := unsafe.Pointer(&make([]int32, 1024)[0])

	b := NewBuilder()
	v, w, s := b.Input(F32), b.Input(F32), b.Input(F32)
	e := b.Binary(Add, b.Binary(Mul, v, w), s)
	b.Output(BF16, e)
	b.Reduce(F32, ReduceSum, e, 0.5)
	p := mustCompile(t, b, dims, []Access{nil, Broadcast([]int{1, 1, 96}, dims), Broadcast([]int{16, 64, 1}, dims)}, []int{0, 1})
	out, in := []unsafe.Pointer{py, pz}, []unsafe.Pointer{px, px, px}

	b = NewBuilder()
	b.Reduce(F32, ReduceMax, b.Input(F32), 1)
	rows := mustCompile(t, b, dims, []Access{nil}, []int{2})

	tr, err := NewTranspose(4, dims, []int{2, 0, 1})
	if err != nil {
		t.Fatal(err)
	}
	soft := NewSoftmax(LogSoftmaxForward, 1024, 96)
	for _, c := range []struct {
		name string
		run  func()
	}{
		{"program", func() { p.Run(team, out, in) }},
		{"row maxima", func() { rows.Run(team, out[1:], in[:1]) }},
		{"transpose", func() { tr.Run(team, py, px) }},
		{"softmax", func() { soft.Run(team, py, px, nil) }},
		{"gather", func() { GatherRows(team, py, px, 1024, 4*96, index, S32, 1024) }},
		{"scatter", func() { ScatterAddRows(team, py, 1024, 96, px, index, S32, 1024) }},
		{"one-hot", func() { OneHot(team, py, 96, index, S32, 1024) }},
		{"argmax", func() { ArgMax(team, py, S32, px, 1024, 96, false) }},
		{"iota", func() { Iota(team, py, S32, 16, 64, 96) }},
		{"fill", func() { Fill(team, py, px, 4, n) }},
	} {
		if a := testing.AllocsPerRun(20, c.run); a != 0 {
			t.Errorf("%s: %g allocations a run", c.name, a)
		}
	}
}
