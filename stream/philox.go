package stream

import "math/bits"

// Philox4x64 multipliers and key increments (Weyl constants), from Salmon,
// Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3",
// SC 2011.
const (
	philoxM0 = 0xD2E7470EE14C6C93
	philoxM1 = 0xCA5A826395121157
	philoxW0 = 0x9E3779B97F4A7C15 // golden ratio
	philoxW1 = 0xBB67AE8584CAA73B // sqrt(3) - 1
)

// philox returns the block of four words that Philox4x64 with 10 rounds gives
// for a counter and a key.
func philox(counter [4]uint64, key [2]uint64) [4]uint64 {
	c0, c1, c2, c3 := counter[0], counter[1], counter[2], counter[3]
	k0, k1 := key[0], key[1]
	for range 10 {
		hi0, lo0 := bits.Mul64(philoxM0, c0)
		hi1, lo1 := bits.Mul64(philoxM1, c2)
		c0, c1, c2, c3 = hi1^c1^k0, lo1, hi0^c3^k1, lo0
		k0 += philoxW0
		k1 += philoxW1
	}
	return [4]uint64{c0, c1, c2, c3}
}
