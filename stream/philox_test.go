package stream

import "testing"

// The known-answer vectors of Random123, tests/kat_vectors, lines
// "philox4x64 10": counter, key, expected.
func TestPhiloxKnownAnswers(t *testing.T) {
	const ones = ^uint64(0)
	for _, c := range []struct {
		counter [4]uint64
		key     [2]uint64
		want    [4]uint64
	}{
		{
			want: [4]uint64{0x16554d9eca36314c, 0xdb20fe9d672d0fdc, 0xd7e772cee186176b, 0x7e68b68aec7ba23b},
		},
		{
			counter: [4]uint64{ones, ones, ones, ones},
			key:     [2]uint64{ones, ones},
			want:    [4]uint64{0x87b092c3013fe90b, 0x438c3c67be8d0224, 0x9cc7d7c69cd777b6, 0xa09caebf594f0ba0},
		},
		{
			counter: [4]uint64{0x243f6a8885a308d3, 0x13198a2e03707344, 0xa4093822299f31d0, 0x082efa98ec4e6c89},
			key:     [2]uint64{0x452821e638d01377, 0xbe5466cf34e90c6c},
			want:    [4]uint64{0xa528f45403e61d95, 0x38c72dbd566e9788, 0xa5a1610e72fd18b5, 0x57bd43b5e52b7fe6},
		},
	} {
		if got := philox(c.counter, c.key); got != c.want {
			t.Errorf("philox(%x, %x) = %x, want %x", c.counter, c.key, got, c.want)
		}
	}
}

func BenchmarkRandUint64(b *testing.B) {
	r := New(1, Lambda).At(0, 0)
	var sum uint64
	for b.Loop() {
		sum += r.Uint64()
	}
	_ = sum
}
