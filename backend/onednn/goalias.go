package onednn

import (
	"reflect"
	"unsafe"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	"github.com/pkg/errors"
)

// goBuffers makes buffers of GoMLX's Go backend over memory of this one.
//
// The Go backend has no interface for that, but its buffers have exported fields, which reflection can set. Where
// they are not as expected, or a trial computation goes wrong, every buffer is a copy instead.
type goBuffers struct {
	backend compute.Backend
	alias   bool
}

func newGoBuffers(b compute.Backend) *goBuffers {
	g := &goBuffers{backend: b, alias: true}
	g.alias = g.selfTest() == nil
	return g
}

// get returns a buffer with the contents of the memory at ptr. The Go backend only reads from it: it must not be
// donated unless the memory is dead.
func (g *goBuffers) get(ptr unsafe.Pointer, shape shapes.Shape) (compute.Buffer, error) {
	flat := flatSlice(ptr, shape)
	if !g.alias || shape.IsZeroSize() {
		return g.backend.BufferFromFlatData(0, flat, shape)
	}
	return g.over(ptr, flat, shape)
}

func (g *goBuffers) over(ptr unsafe.Pointer, flat any, shape shapes.Shape) (compute.Buffer, error) {
	// A buffer made by NewSharedBuffer never enters the Go backend's pool, so it does not keep our memory.
	buf, _, err := g.backend.NewSharedBuffer(0, shapes.Make(dtypes.Uint8))
	if err != nil {
		return nil, err
	}
	v := reflect.ValueOf(buf)
	if v.Kind() != reflect.Pointer || v.Elem().Kind() != reflect.Struct {
		return nil, errors.Errorf("buffers of the Go backend are %T, not structures", buf)
	}
	size := shape.DType.SizeForDimensions(shape.Size())
	for _, f := range []struct {
		name  string
		value any
	}{
		{"Flat", flat},
		{"RawBytes", unsafe.Slice((*byte)(ptr), size)},
		{"RawShape", shape.Clone()},
	} {
		field := v.Elem().FieldByName(f.name)
		value := reflect.ValueOf(f.value)
		if !field.IsValid() || !field.CanSet() || !value.Type().AssignableTo(field.Type()) {
			return nil, errors.Errorf("buffers of the Go backend have no field %s of type %T", f.name, f.value)
		}
		field.Set(value)
	}
	return buf, nil
}

// selfTest adds two vectors through aliased buffers.
func (g *goBuffers) selfTest() error {
	shape := shapes.Make(dtypes.Float32, 3)
	bld := g.backend.Builder("onednn self-test")
	main := bld.Main()
	x, err := main.Parameter("x", shape, nil)
	if err != nil {
		return err
	}
	y, err := main.Parameter("y", shape, nil)
	if err != nil {
		return err
	}
	sum, err := main.Add(x, y)
	if err != nil {
		return err
	}
	if err := main.Return([]compute.Value{sum}, nil); err != nil {
		return err
	}
	exec, err := bld.Compile()
	if err != nil {
		return err
	}
	defer exec.Finalize()
	a, b := []float32{1, 2, 3}, []float32{10, 20, 30}
	var in []compute.Buffer
	for _, s := range [][]float32{a, b} {
		buf, err := g.over(unsafe.Pointer(&s[0]), s, shape)
		if err != nil {
			return err
		}
		in = append(in, buf)
	}
	a[0] = 5 // seen only through the alias
	outs, err := exec.Execute(in, nil, 0)
	if err != nil {
		return err
	}
	flat, err := outs[0].Data()
	if err != nil {
		return err
	}
	if got, ok := flat.([]float32); !ok || len(got) != 3 || got[0] != 15 || got[1] != 22 || got[2] != 33 || a[0] != 5 {
		return errors.Errorf("adding through aliased buffers gave %v", flat)
	}
	return nil
}
