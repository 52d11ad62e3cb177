package kernel

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// counted returns a tensor of n elements of size bytes, all different as far as the size allows.
func counted(size, n int) *tensor {
	x := newTensor(U8, n*size)
	for i := range n * size {
		x.mem[guard+i] = byte(i*7 + i>>8*13 + i>>16)
	}
	return x
}

func (x *tensor) bytes(i, size int) []byte { return x.mem[guard+i*size : guard+(i+1)*size] }

func sizes(t *rapid.T) int { return rapid.SampledFrom([]int{1, 2, 4, 4, 4, 8, 16}).Draw(t, "size") }

func TestTranspose(t *testing.T) {
	forEachTeam(t, func(t *testing.T, team *Team) {
		rapid.Check(t, func(t *rapid.T) {
			size := sizes(t)
			dims := rapid.SliceOfN(rapid.SampledFrom([]int{0, 1, 2, 3, 5, 15, 16, 17, 33, 64}), 0, 4).Draw(t, "dims")
			for volume(dims) > 200000 {
				dims = dims[1:]
			}
			perm := rapid.Permutation(indices(len(dims))).Draw(t, "perm")
			c, err := NewTranspose(size, dims, perm)
			if err != nil {
				t.Fatal(err)
			}
			n := volume(dims)
			x, y := counted(size, n), newTensor(U8, n*size)
			c.Run(team, y.ptr(), x.ptr())
			y.check(t)
			to, steps, from := make([]int, len(dims)), make(Access, len(dims)), rowMajor(dims)
			for i, a := range perm {
				to[i], steps[i] = dims[a], from[a]
			}
			for i := range n {
				if !slices.Equal(y.bytes(i, size), x.bytes(offset(to, steps, i), size)) {
					t.Fatalf("transposing %v by %v: element %d", dims, perm, i)
				}
			}
		})
	})
}

// TestCopies draws broadcasts, slices, insertions with gaps and negative places, and reversals.
func TestCopies(t *testing.T) {
	forEachTeam(t, func(t *testing.T, team *Team) {
		rapid.Check(t, func(t *rapid.T) {
			size := sizes(t)
			dims := rapid.SliceOfN(rapid.IntRange(0, 20), 1, 4).Draw(t, "dims")
			if rapid.Bool().Draw(t, "long") {
				dims[len(dims)-1] *= 41
			}
			k := len(dims)
			n := volume(dims)
			each := func(name string, lo, hi func(i int) int) []int {
				s := make([]int, k)
				for i := range s {
					s[i] = rapid.IntRange(lo(i), hi(i)).Draw(t, name)
				}
				return s
			}
			c := func(x int) func(int) int { return func(int) int { return x } }
			size0 := func(i int) int { return dims[i] }

			// Slice.
			start := each("start", c(0), size0)
			limit := each("limit", func(i int) int { return start[i] }, size0)
			step := each("step", c(1), c(3))
			x := counted(size, n)
			s, err := NewSlice(size, dims, start, limit, step)
			if err != nil {
				t.Fatal(err)
			}
			to := make([]int, k)
			for i := range to {
				to[i] = (limit[i] - start[i] + step[i] - 1) / step[i]
			}
			y := newTensor(U8, size*volume(to))
			s.Run(team, add(y.ptr(), s.DstOffset), add(x.ptr(), s.SrcOffset))
			y.check(t)
			for i := range volume(to) {
				at, rest := make([]int, k), i
				for a := k - 1; a >= 0; a-- {
					at[a] = start[a] + rest%to[a]*step[a]
					rest /= to[a]
				}
				if !slices.Equal(y.bytes(i, size), x.bytes(flat(dims, at), size)) {
					t.Fatalf("slice %v:%v:%v of %v: element %d", start, limit, step, dims, i)
				}
			}

			// Insert, as a padding does.
			lo := each("lo", c(-3), c(3))
			gap := each("gap", c(0), c(2))
			into := make([]int, k)
			for i := range into {
				into[i] = max(0, dims[i]+max(dims[i]-1, 0)*gap[i]+lo[i]+rapid.IntRange(-3, 3).Draw(t, "hi"))
			}
			p, err := NewInsert(size, dims, into, lo, gap)
			if err != nil {
				t.Fatal(err)
			}
			m := volume(into)
			if m > 1<<19 {
				t.Skip("larger than is worth a test")
			}
			y, want := newTensor(U8, size*m), newTensor(U8, size*m)
			p.Run(team, add(y.ptr(), p.DstOffset), add(x.ptr(), p.SrcOffset))
			y.check(t)
			for i := range n {
				at, rest, inside := make([]int, k), i, true
				for a := k - 1; a >= 0; a-- {
					at[a] = lo[a] + rest%dims[a]*(1+gap[a])
					rest /= dims[a]
					inside = inside && at[a] >= 0 && at[a] < into[a]
				}
				if inside {
					copy(want.bytes(flat(into, at), size), x.bytes(i, size))
				}
			}
			if !slices.Equal(y.mem, want.mem) {
				t.Fatalf("inserting %v into %v at %v with gaps %v", dims, into, lo, gap)
			}

			// Reverse.
			var axes []int
			for i := range dims {
				if rapid.Bool().Draw(t, "reverse") {
					axes = append(axes, i)
				}
			}
			r, err := NewReverse(size, dims, axes)
			if err != nil {
				t.Fatal(err)
			}
			y = newTensor(U8, size*n)
			r.Run(team, add(y.ptr(), r.DstOffset), add(x.ptr(), r.SrcOffset))
			y.check(t)
			for i := range n {
				at, rest := make([]int, k), i
				for a := k - 1; a >= 0; a-- {
					at[a] = rest % dims[a]
					rest /= dims[a]
					if slices.Contains(axes, a) {
						at[a] = dims[a] - 1 - at[a]
					}
				}
				if !slices.Equal(y.bytes(i, size), x.bytes(flat(dims, at), size)) {
					t.Fatalf("reversing axes %v of %v: element %d", axes, dims, i)
				}
			}

			// Broadcast.
			a, span := drawAccess(t, dims)
			if a == nil {
				a = rowMajor(dims)
			}
			x = counted(size, span)
			b, err := NewBroadcastCopy(size, dims, a)
			if err != nil {
				t.Fatal(err)
			}
			y = newTensor(U8, size*n)
			b.Run(team, y.ptr(), x.ptr())
			y.check(t)
			for i := range n {
				if !slices.Equal(y.bytes(i, size), x.bytes(offset(dims, a, i), size)) {
					t.Fatalf("broadcasting %v to %v: element %d", a, dims, i)
				}
			}
		})
	})
}

// flat is the row-major index of at.
func flat(dims, at []int) int {
	i := 0
	for k, d := range dims {
		i = i*d + at[k]
	}
	return i
}
