package onednn

import (
	"reflect"
	"runtime"
	"sync"
	"unsafe"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	"github.com/pkg/errors"
)

// Buffer is a tensor in memory of this backend.
type Buffer struct {
	backend *Backend
	shape   shapes.Shape

	mu      sync.Mutex
	block   *block // nil once finalized or donated
	order   *order // of the elements in block; nil: row-major
	donated bool
	cleanup runtime.Cleanup

	users   int      // executions that read the block
	retired []*block // that these may still read
}

// use is the memory of a buffer while an execution reads it.
type use struct {
	buffer *Buffer
	block  *block
	order  *order
}

var _ compute.Buffer = (*Buffer)(nil)

// byteSize is the number of bytes of a tensor of that shape.
func byteSize(s shapes.Shape) (int, error) {
	if s.IsDynamic() {
		return 0, errors.Errorf("a tensor in memory cannot have the dynamic shape %s", s)
	}
	n := 1
	for _, d := range s.Dimensions {
		if d != 0 && n > (1<<56)/d {
			return 0, errors.Errorf("a tensor of shape %s does not fit in memory", s)
		}
		n *= d
	}
	return s.DType.SizeForDimensions(n), nil
}

// newBuffer allocates a tensor; its contents are whatever was there.
func (b *Backend) newBuffer(shape shapes.Shape) (*Buffer, error) {
	size, err := byteSize(shape)
	if err != nil {
		return nil, err
	}
	blk, err := b.blocks.get(size)
	if err != nil {
		return nil, errors.WithMessagef(err, "tensor of shape %s", shape)
	}
	return b.wrap(shape.Clone(), blk, nil), nil
}

// wrap makes a buffer of memory that it owns from now on, with its elements in that order. Nobody may change the shape's
// dimensions.
func (b *Backend) wrap(shape shapes.Shape, blk *block, o *order) *Buffer {
	buf := &Buffer{backend: b, shape: shape}
	buf.own(blk, o)
	return buf
}

func (buf *Buffer) own(blk *block, o *order) {
	buf.block, buf.order = blk, o
	if blk.mapping != nil {
		buf.cleanup = runtime.AddCleanup(buf, buf.backend.blocks.put, blk)
	}
}

// take moves the memory out of the buffer, which is then finalized, or donated to an execution that uses it. It is nil
// where executions, other than that one, still read it: the last of them gives it back.
func (buf *Buffer) take(donated bool) (blk *block, err error) {
	buf.mu.Lock()
	defer buf.mu.Unlock()
	if buf.block == nil {
		return nil, errors.Errorf("buffer of shape %s was finalized or donated before", buf.shape)
	}
	blk = buf.block
	buf.block, buf.donated = nil, donated
	if blk.mapping != nil {
		buf.cleanup.Stop()
	}
	own := 0
	if donated {
		own = 1
	}
	if buf.users > own {
		buf.retired = append(buf.retired, blk)
		return nil, nil
	}
	return blk, nil
}

func (buf *Buffer) isDonated() bool {
	buf.mu.Lock()
	defer buf.mu.Unlock()
	return buf.donated
}

// memory returns the memory while the buffer is alive, in row-major order from now on.
func (buf *Buffer) memory() (*block, error) {
	buf.mu.Lock()
	defer buf.mu.Unlock()
	return buf.inOrder(nil)
}

// use is memory for an execution, which leaves the elements in the order that it wants if they are.
func (buf *Buffer) use(want *order) (use, error) {
	buf.mu.Lock()
	defer buf.mu.Unlock()
	blk, err := buf.inOrder(want)
	if err != nil {
		return use{}, err
	}
	buf.users++
	return use{buf, blk, buf.order}, nil
}

// release says that an execution has ended.
func release(used []use) {
	for _, u := range used {
		if u.buffer == nil {
			continue
		}
		u.buffer.mu.Lock()
		if u.buffer.users--; u.buffer.users == 0 {
			for _, blk := range u.buffer.retired {
				u.buffer.backend.blocks.put(blk)
			}
			u.buffer.retired = nil
		}
		u.buffer.mu.Unlock()
	}
}

// inOrder returns the memory, which is made row-major if it is in another order than the given.
func (buf *Buffer) inOrder(want *order) (*block, error) {
	switch {
	case buf.backend.IsFinalized():
		return nil, errors.WithStack(errFinalized)
	case buf.block == nil:
		return nil, errors.Errorf("buffer of shape %s was finalized or donated before", buf.shape)
	}
	if buf.order == nil || buf.order.equal(want) {
		return buf.block, nil
	}
	blk, err := buf.rowMajor()
	if err != nil {
		return nil, err
	}
	old := buf.block
	if old.mapping != nil {
		buf.cleanup.Stop()
	}
	if buf.users > 0 {
		buf.retired = append(buf.retired, old)
	} else {
		buf.backend.blocks.put(old)
	}
	buf.own(blk, nil)
	return blk, nil
}

// rowMajor is a copy of the memory in row-major order.
func (buf *Buffer) rowMajor() (*block, error) {
	c, err := buf.order.toRowMajor(buf.shape)
	if err != nil {
		return nil, err
	}
	blk, err := buf.backend.blocks.get(buf.block.size)
	if err != nil {
		return nil, errors.WithMessagef(err, "reading a buffer of shape %s", buf.shape)
	}
	c.Run(buf.backend.team, blk.ptr, buf.block.ptr)
	return blk, nil
}

// flatSlice is the memory at ptr as a Go slice of the shape's element type.
func flatSlice(ptr unsafe.Pointer, shape shapes.Shape) any {
	if shape.IsZeroSize() {
		return dtypes.MakeAnySlice(shape.DType, 0)
	}
	return dtypes.UnsafeAnySliceFromBytes(ptr, shape.DType, shape.Size())
}

// flatPointer is the address and the number of bytes of a Go slice.
func flatPointer(flat any) (unsafe.Pointer, int) {
	v := reflect.ValueOf(flat)
	return v.UnsafePointer(), v.Len() * int(v.Type().Elem().Size())
}

// Backend implements compute.Buffer.
func (buf *Buffer) Backend() compute.Backend { return buf.backend }

// Finalize implements compute.Buffer. On a donated buffer it does nothing.
func (buf *Buffer) Finalize() error {
	if buf.isDonated() {
		return nil
	}
	blk, err := buf.take(false)
	if err != nil {
		return err
	}
	buf.backend.blocks.put(blk)
	return nil
}

// Shape implements compute.Buffer.
func (buf *Buffer) Shape() (shapes.Shape, error) { return buf.shape.Clone(), nil }

// DeviceNum implements compute.Buffer.
func (buf *Buffer) DeviceNum() (compute.DeviceNum, error) { return 0, nil }

// ToFlatData implements compute.Buffer.
func (buf *Buffer) ToFlatData(flat any) error {
	buf.mu.Lock()
	defer buf.mu.Unlock()
	blk, err := buf.inOrder(buf.order)
	if err != nil {
		return err
	}
	src := flatSlice(blk.ptr, buf.shape)
	if err := sameSlices(flat, src); err != nil {
		return errors.WithMessagef(err, "reading a buffer of shape %s", buf.shape)
	}
	if buf.order == nil {
		dtypes.CopyAnySlice(flat, src)
		return nil
	}
	c, err := buf.order.toRowMajor(buf.shape)
	if err != nil {
		return err
	}
	dst, _ := flatPointer(flat)
	c.Run(buf.backend.team, dst, blk.ptr)
	runtime.KeepAlive(flat)
	return nil
}

// sameSlices checks that got is a slice like want.
func sameSlices(got, want any) error {
	g, w := reflect.ValueOf(got), reflect.ValueOf(want)
	if g.Kind() != reflect.Slice || g.Type().Elem() != w.Type().Elem() {
		return errors.Errorf("flat data must be a %T, got a %T", want, got)
	}
	if g.Len() != w.Len() {
		return errors.Errorf("flat data must have %d elements, got %d", w.Len(), g.Len())
	}
	return nil
}

// Data implements compute.Buffer.
func (buf *Buffer) Data() (flat any, err error) {
	blk, err := buf.memory()
	if err != nil {
		return nil, err
	}
	return flatSlice(blk.ptr, buf.shape), nil
}

// CopyToDevice implements compute.Buffer; there is one device.
func (buf *Buffer) CopyToDevice(deviceNum compute.DeviceNum) (compute.Buffer, error) {
	return nil, errors.Errorf("backend %q has one device: cannot copy to device %d", BackendName, deviceNum)
}

// BufferFromFlatData implements compute.DataInterface.
func (b *Backend) BufferFromFlatData(deviceNum compute.DeviceNum, flat any, shape shapes.Shape) (compute.Buffer, error) {
	buf, dst, err := b.NewSharedBuffer(deviceNum, shape)
	if err != nil {
		return nil, err
	}
	if err := sameSlices(flat, dst); err != nil {
		return nil, errors.WithMessagef(err, "making a buffer of shape %s", shape)
	}
	dtypes.CopyAnySlice(dst, flat)
	return buf, nil
}

// HasSharedBuffers implements compute.DataInterface.
func (b *Backend) HasSharedBuffers() bool { return true }

// NewSharedBuffer implements compute.DataInterface.
func (b *Backend) NewSharedBuffer(deviceNum compute.DeviceNum, shape shapes.Shape) (buffer compute.Buffer, flat any, err error) {
	if b.IsFinalized() {
		return nil, nil, errors.WithStack(errFinalized)
	}
	if deviceNum != 0 {
		return nil, nil, errors.Errorf("backend %q has one device: cannot make a buffer on device %d", BackendName, deviceNum)
	}
	if !shape.Ok() || shape.IsTuple() || !b.capabilities().DTypes[shape.DType] {
		return nil, nil, errors.Errorf("backend %q has no buffers of shape %s", BackendName, shape)
	}
	buf, err := b.newBuffer(shape)
	if err != nil {
		return nil, nil, err
	}
	return buf, flatSlice(buf.block.ptr, shape), nil
}
