package augment

import (
	"strings"
	"testing"
)

// An image one pixel high and very wide would become gigabytes: it is refused
// before anything of that size is made.
func TestCenterCropRefusesTheLongAndNarrow(t *testing.T) {
	o := CenterCrop{Side: 224, Resize: 256}
	for _, size := range [][2]int{{1, 1 << 16}, {1 << 16, 1}, {1, 1 << 26}} {
		err := o.Check(size[0], size[1])
		if err == nil || !strings.Contains(err.Error(), "too long and narrow") {
			t.Errorf("%v: %v", size, err)
		}
		if size[1] == 1<<26 {
			continue
		}
		var c Canvas
		c.H, c.W, c.C = size[0], size[1], 3
		c.Pix = make([]uint8, size[0]*size[1]*3)
		if n := testing.AllocsPerRun(1, func() { err = o.Apply(&c, nil) }); err == nil || n > 20 {
			t.Errorf("%v: Apply says %v and allocates %v times", size, err, n)
		}
	}
	for _, size := range [][2]int{{1, 800}, {300, 200}, {4000, 3000}} {
		if err := o.Check(size[0], size[1]); err != nil {
			t.Errorf("%v: %v", size, err)
		}
	}
	if err := (CenterCrop{Side: 224}).Check(100, 300); err == nil {
		t.Error("100 rows give 224")
	}
}
