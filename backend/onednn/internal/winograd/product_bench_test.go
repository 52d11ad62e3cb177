package winograd

import (
	"fmt"
	"testing"
)

// BenchmarkMultiply times the products of one piece; bytes are 4 for a multiply-add, so that MB/s / 2000 is GFLOP/s.
func BenchmarkMultiply(b *testing.B) {
	for _, s := range []struct{ tiles, channels int }{{256, 64}, {64, 256}, {60, 256}, {64, 512}, {384, 48}} {
		for _, columns := range []bool{false, true} {
			b.Run(fmt.Sprintf("tiles=%d,channels=%d,columns=%v", s.tiles, s.channels, columns), func(b *testing.B) {
				m := Images{1, s.channels, 4, 4 * s.tiles, 8}
				c, err := New(m, m, 1, 1, 8, true)
				if err != nil {
					b.Fatal(err)
				}
				wide, square := c.Plane(s.tiles, s.channels)+16, c.Plane(s.channels, s.channels)+16
				v, p, u := make([]float32, Points*wide), make([]float32, Points*wide), make([]float32, Points*square)
				buffer := c.NewBuffer()
				b.SetBytes(int64(4 * Points * s.tiles * s.channels * s.channels))
				for b.Loop() {
					if columns {
						c.MultiplyTiles(buffer, at(u), at(v), at(p), square, wide, wide, s.tiles, true)
					} else {
						c.Multiply(buffer, at(p), at(v), at(u), wide, wide, square, s.tiles, false)
					}
				}
			})
		}
	}
}
