package photo

import (
	"errors"
	"fmt"
	"image"
	"runtime"
	"sync"
	"unsafe"

	"github.com/ebitengine/purego"

	"github.com/vicinal-ml/vicinal/data/augment"
)

// turbo is the TurboJPEG library (libjpeg-turbo, version 2 or newer), loaded
// where it is installed. It decodes several times faster than image/jpeg.
type turbo struct {
	initDecompress func() uintptr
	header         func(handle uintptr, file unsafe.Pointer, size uintptr, width, height, subsampling, colours *int32) int32
	decompress     func(handle uintptr, file unsafe.Pointer, size uintptr, dst unsafe.Pointer, width, pitch, height, format, flags int32) int32
	destroy        func(handle uintptr) int32
	code           uintptr           // where one of its functions lies
	spare          chan *turboHandle // kept from collections, whose cleanups would lag behind
}

// turboHandle is a decompressor, which one goroutine uses at a time.
type turboHandle struct{ tj uintptr }

const (
	turboRGB         = 0
	turboAccurateDCT = 4096
	turboLimitScans  = 32768
	turboStopOnWarn  = 8192
	colourCMYK       = 3
	colourYCCK       = 4
)

// loadTurbo returns the library, nil where there is none.
var loadTurbo = sync.OnceValue(func() *turbo {
	for _, name := range turboNames() {
		library, err := purego.Dlopen(name, purego.RTLD_NOW|purego.RTLD_LOCAL)
		if err != nil {
			continue
		}
		t := &turbo{spare: make(chan *turboHandle, 64)}
		if t.bind(library) == nil {
			return t
		}
	}
	return nil
})

func turboNames() []string {
	if runtime.GOOS == "darwin" {
		return []string{"libturbojpeg.dylib", "libturbojpeg.0.dylib"}
	}
	return []string{"libturbojpeg.so.0", "libturbojpeg.so"}
}

func (t *turbo) bind(library uintptr) error {
	for name, f := range map[string]any{
		"tjInitDecompress":    &t.initDecompress,
		"tjDecompressHeader3": &t.header,
		"tjDecompress2":       &t.decompress,
		"tjDestroy":           &t.destroy,
	} {
		at, err := purego.Dlsym(library, name)
		if err != nil {
			return err
		}
		purego.RegisterFunc(f, at)
		t.code = at
	}
	return nil
}

func (t *turbo) handle() (*turboHandle, error) {
	select {
	case h := <-t.spare:
		return h, nil
	default:
	}
	h := &turboHandle{t.initDecompress()}
	if h.tj == 0 {
		return nil, errors.New("TurboJPEG: no decompressor")
	}
	runtime.AddCleanup(h, func(tj uintptr) { t.destroy(tj) }, h.tj)
	return h, nil
}

// keep puts a handle aside for the next image, if there is room.
func (t *turbo) keep(h *turboHandle) {
	select {
	case t.spare <- h:
	default:
	}
}

// errNotTurbo is for files that the library does not decode to RGB.
var errNotTurbo = errors.New("TurboJPEG: not decoded")

// decode writes a JPEG file to c. After an error c has unspecified contents,
// and another decoder may do better.
func (t *turbo) decode(c *augment.Canvas, file []byte) error {
	h, err := t.handle()
	if err != nil {
		return err
	}
	defer t.keep(h)
	data, size := unsafe.Pointer(unsafe.SliceData(file)), uintptr(len(file))
	var width, height, subsampling, colours int32
	if t.header(h.tj, data, size, &width, &height, &subsampling, &colours) != 0 || colours == colourCMYK || colours == colourYCCK {
		return errNotTurbo
	}
	if err := checkSize(image.Config{Width: int(width), Height: int(height)}); err != nil {
		return err
	}
	c.Set(int(height), int(width), 3)
	flags := int32(turboAccurateDCT | turboLimitScans | turboStopOnWarn)
	if t.decompress(h.tj, data, size, unsafe.Pointer(unsafe.SliceData(c.Pix)), width, 3*width, height, turboRGB, flags) != 0 {
		return errNotTurbo
	}
	return nil
}

// checkSize bounds the pixels of an image.
func checkSize(head image.Config) error {
	if head.Width < 1 || head.Height < 1 || head.Height > MaxPixels/head.Width {
		return fmt.Errorf("%d by %d pixels: between 1 and %d in all are read", head.Width, head.Height, MaxPixels)
	}
	return nil
}
