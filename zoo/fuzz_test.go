package zoo

import (
	"slices"
	"testing"
)

// FuzzNew wants a network or an error of any spec, and of a canonical spec the
// same network.
func FuzzNew(f *testing.F) {
	for _, name := range Names() {
		f.Add(name, 32, 32, 3)
		f.Add(small[name].spec, 9, 7, 1)
	}
	f.Add("wideresnet:depth=10,widen=1,dropout=1e-300", 8, 8, 1)
	f.Add("preactresnet18:norm=none,,dropout=.5", 1, 1, 1)
	f.Add("mlp:1, 2", 3, 1, 1)
	f.Add("resnext:cardinality=0x4", 8, 8, 1)
	f.Fuzz(func(t *testing.T, spec string, height, width, channels int) {
		shape := []int{height, width, channels}
		if max(height, width, channels) > 1<<10 {
			return
		}
		n, err := New(spec, shape, 1)
		if err != nil {
			if n != nil {
				t.Errorf("%q: a network and the error %v", spec, err)
			}
			return
		}
		again, err := New(n.Spec, shape, 1)
		if err != nil {
			t.Fatalf("%q is %q: %v", spec, n.Spec, err)
		}
		if again.Spec != n.Spec || again.Params != n.Params || again.FLOPs != n.FLOPs || !slices.Equal(again.Dropouts, n.Dropouts) {
			t.Errorf("%q is %q, which is %q", spec, n.Spec, again.Spec)
		}
		if n.Params < 1 || !(n.FLOPs > 0) {
			t.Errorf("%q: %d parameters, %v FLOPs", spec, n.Params, n.FLOPs)
		}
		paths := map[string]bool{}
		for _, v := range n.Variables {
			if paths[v.Path] || v.Size() < 1 {
				t.Errorf("%q: variable %s of shape %v", spec, v.Path, v.Dims)
			}
			paths[v.Path] = true
		}
	})
}
