package mix

// blend sets dst to w a + (1-w) b. The conversions round each product, so that
// no compiler fuses it with the sum.
func blend(dst, a, b []float32, w float32) {
	v := 1 - w
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		dst[i] = float32(w*a[i]) + float32(v*b[i])
	}
}
