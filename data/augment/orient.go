package augment

// Orient turns and mirrors the canvas, its labels too, as the value of EXIF's tag Orientation
// says, so that the first row is the top and the first column the left of what
// was pictured. Values that are not 2 to 8 leave it as it is.
func (c *Canvas) Orient(orientation int) {
	h, w := c.H, c.W
	// Where the value at row y and column x of the turned image stands.
	var from func(y, x int) int
	switch orientation {
	case 2:
		c.mirror()
		return
	case 3:
		from = func(y, x int) int { return (h-1-y)*w + w - 1 - x }
	case 4:
		from = func(y, x int) int { return (h-1-y)*w + x }
	case 5:
		from = func(y, x int) int { return x*w + y }
	case 6:
		from = func(y, x int) int { return (h-1-x)*w + y }
	case 7:
		from = func(y, x int) int { return (h-1-x)*w + w - 1 - y }
	case 8:
		from = func(y, x int) int { return x*w + w - 1 - y }
	default:
		return
	}
	rows, columns := h, w
	if orientation >= 5 {
		rows, columns = w, h
	}
	c.replace(rows, columns, func(dst, src *Image) {
		at := 0
		for y := range dst.H {
			for x := range dst.W {
				i := from(y, x) * src.C
				at += copy(dst.Pix[at:at+src.C], src.Pix[i:])
			}
		}
	})
}
