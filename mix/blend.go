package mix

// blendGo sets dst to w a + (1-w) b. The conversions round each product, so
// that no compiler fuses it with the sum: the vector loops give the same bits.
func blendGo(dst, a, b []float32, w float32) {
	v := 1 - w
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		dst[i] = float32(w*a[i]) + float32(v*b[i])
	}
}

// blendUint8Go sets dst to (w a + (1-w) b) scale + shift, beginning with the
// given channel.
func blendUint8Go(dst []float32, a, b []uint8, w float32, t *affine, channel int) {
	v := 1 - w
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		m := float32(w*float32(a[i])) + float32(v*float32(b[i]))
		dst[i] = float32(m*t.scale[channel]) + t.shift[channel]
		if channel++; channel == t.channels {
			channel = 0
		}
	}
}
